import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { screens, show } from "../screens.mjs";

export const name = "Screens: a picture of each for people to look at, and nothing but a pane scrolls sideways";

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
  // The narrowest that a page must fit (WCAG 1.4.10); pictures of the others are enough.
  { width: 320, height: 640, pictured: false },
];

export async function run(t) {
  const folder = join(t.out, "screens");
  mkdirSync(folder);
  const all = screens(t).flatMap((screen) => SIZES.map((size) => [screen, size]));
  await t.each(
    all,
    ([[screen], { width }]) => `${screen}, ${width} px wide`,
    async ([screen, { pictured = true, ...size }]) => {
      const page = await show(t, screen, { ...size, theme: "light", traced: false });
      assert.deepEqual(await page.sideways(), []);
      if (!pictured) return;
      for (const theme of ["light", "dark"]) {
        await page.raw.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
        await page.picture(join(folder, `${screen[0]}-${size.width}-${theme}.png`));
      }
    },
  );
  t.say(`pictures in ${folder}`);
}
