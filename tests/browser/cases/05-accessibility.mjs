import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { screens, show } from "../screens.mjs";

export const name = "Accessibility: axe finds nothing serious on any screen, light or dark";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const SERIOUS = ["serious", "critical"];

export async function run(t) {
  const both = screens(t).flatMap((screen) => ["light", "dark"].map((theme) => [screen, theme]));
  await t.each(
    both,
    ([[screen], theme]) => `${screen}, ${theme}`,
    async ([screen, theme]) => {
      const page = await show(t, screen, { theme });
      await page.raw.evaluate(AXE);
      const { violations } = await page.raw.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
      const serious = violations.filter(({ impact }) => SERIOUS.includes(impact));
      const lesser = violations.filter(({ impact }) => !SERIOUS.includes(impact));
      for (const { id, impact, nodes } of lesser) t.say(`${impact}: ${id}, ${nodes.length} times, first at ${nodes[0].target}`);
      if (serious.length > 0) throw new Error(serious.map(told).join("\n"));
    },
  );
}

function told({ id, help, nodes }) {
  const places = nodes.slice(0, 5).map(({ html, failureSummary }) => `  ${html.slice(0, 160)}\n    ${failureSummary.replaceAll("\n", "\n    ")}`);
  return [`${id}: ${help}, ${nodes.length} times`, ...places].join("\n");
}
