import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { screens, show } from "../screens.mjs";

export const name = "Accessibility: axe finds nothing serious on any screen, light or dark, and the keyboard is never left nowhere";

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

  const [RUN, TRAIN] = ["TrainFlow/1795218658028712", "src=examples/trainflow.zip"];
  const main = (page) => page.raw.getByRole("main");
  const isInMain = (page) => page.raw.evaluate(() => document.activeElement.closest("main") !== null && document.activeElement.localName !== "main");
  const isRinged = (page) => page.raw.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== "none");
  /** By the keyboard, and at once: a locator's own press would give it the focus again. */
  const press = async (page, locator, key = "Enter") => {
    await locator.focus();
    await page.raw.keyboard.press(key);
  };

  await t.check("a place that is opened by the keyboard begins at its content", async () => {
    const page = await t.visit();
    await page.openUrl("runs/basics.zip");
    await page.seesRuns(18);
    await page.hasFocus(main(page));
    await press(page, main(page).getByRole("rowgroup").getByRole("link").first());
    await page.raw.getByRole("tablist", { name: "This run" }).waitFor();
    await page.hasFocus(main(page));
    await page.raw.keyboard.press("Tab");
    assert.ok(await isInMain(page));
    // Out of a picture, whose parts are no elements of HTML.
    await page.visit(t.address(`#/${RUN}?${TRAIN}&tab=dag`));
    await page.openInDag("features");
    await page.isTitled("features");
    await page.hasFocus(main(page));
    // From nowhere too, by Go to.
    const other = await t.visit(`#/${RUN}?${TRAIN}`);
    await other.raw.getByRole("tablist", { name: "This run" }).waitFor();
    assert.equal(await other.raw.evaluate(() => document.activeElement === document.body), true, "nobody has asked for the focus yet");
    await other.raw.keyboard.press("Control+k");
    const field = other.raw.getByRole("combobox", { name: "Go to" });
    await field.fill(`${RUN}/features/13`);
    await field.press("Enter");
    await other.isTitled("features/13");
    await other.hasFocus(main(other));
  });

  await t.check("who types keeps the focus while answers come", async () => {
    const page = await t.visit("#/?src=runs/basics.zip");
    await page.seesRuns(18);
    const field = page.raw.getByRole("searchbox", { name: "Text, id, user or tag" });
    await field.focus();
    await page.raw.keyboard.type("Linear", { delay: 20 });
    await page.raw.waitForFunction(() => Number(document.querySelector(".runs").getAttribute("aria-rowcount")) < 18);
    await page.hasFocus(field);
  });

  await t.check("a source that is closed leaves the focus to the next one", async () => {
    const page = await t.visit(`#/?${TRAIN}&src=runs/basics.zip&src=runs/first-light.zip`);
    await page.seesRuns(25);
    const close = (name) => page.raw.getByRole("navigation", { name: "Flows" }).getByRole("button", { name: `Close ${name}` });
    await press(page, close("basics.zip"));
    await page.seesRuns(7);
    await page.hasFocus(close("first-light.zip"));
    await page.raw.keyboard.press("Enter");
    await page.seesRuns(3);
    await page.hasFocus(close("trainflow.zip"));
    await page.raw.keyboard.press("Enter");
    await page.isTitled("What happened in that run?");
    await page.hasFocus(page.raw.getByRole("textbox", { name: /^Address of/ }));
    // Those to which another one would be added.
    const other = await t.visit(`#/?${TRAIN}&src=runs/basics.zip&place=open`);
    const chip = (name) => main(other).getByRole("button", { name: `Close ${name}` });
    await press(other, chip("basics.zip"));
    await other.hasFocus(chip("trainflow.zip"));
    await other.raw.keyboard.press("Enter");
    await other.isTitled("What happened in that run?");
    await other.hasFocus(other.heading());
  });

  await t.check("the mouse leaves no ring where the focus has gone", async () => {
    const page = await t.visit(`#/?${TRAIN}&src=runs/basics.zip&src=runs/first-light.zip`);
    await page.seesRuns(25);
    const close = (name) => page.raw.getByRole("navigation", { name: "Flows" }).getByRole("button", { name: `Close ${name}` });
    await close("basics.zip").click();
    await page.seesRuns(7);
    await page.hasFocus(close("first-light.zip"));
    assert.equal(await isRinged(page), false);
    await main(page).getByRole("rowgroup").getByRole("link").first().click();
    await page.raw.getByRole("tablist", { name: "This run" }).waitFor();
    await page.hasFocus(main(page));
    assert.equal(await isRinged(page), false);
    // Who goes on by the keyboard sees where that is.
    await page.raw.keyboard.press("Tab");
    assert.equal(await isRinged(page), true);
  });

  await t.check("Escape in the drawer leads back to what has opened it", async () => {
    const page = await t.visit(`#/${RUN}?${TRAIN}`, { width: 390, height: 844 });
    const menu = page.raw.getByRole("button", { name: "Menu" });
    const tree = page.raw.getByRole("tree", { name: "Steps and tasks" });
    await press(page, menu);
    await press(page, tree.getByRole("treeitem").first(), "Escape");
    await page.hasFocus(menu);
    assert.equal(await tree.isVisible(), false);
    // What is followed in it leads to the content.
    await page.raw.keyboard.press("Enter");
    await press(page, tree.getByRole("treeitem", { name: /^features/ }).first());
    await page.isTitled("features");
    await page.hasFocus(main(page));
  });
}

function told({ id, help, nodes }) {
  const places = nodes.slice(0, 5).map(({ html, failureSummary }) => `  ${html.slice(0, 160)}\n    ${failureSummary.replaceAll("\n", "\n    ")}`);
  return [`${id}: ${help}, ${nodes.length} times`, ...places].join("\n");
}
