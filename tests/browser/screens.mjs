// Every screen of the app, each by the address that leads to it.
//
// They are shown with the bundled example, and with archives that are broken where
// a failure is what there is to see. A screen that is added to the app is added here,
// and is then looked at for accessibility, in both themes and on a narrow window.

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** `[name, hash, what must be seen before it is there, what is done first]`. */
export function screens(t) {
  const { runs, tasks } = JSON.parse(readFileSync(join(t.fixtures, "metaflow/trainflow.expected.json"), "utf8"));
  const failed = Object.keys(runs).find((run) => !runs[run].successful);
  const broken = Object.keys(tasks).find((task) => task.startsWith(`${failed}/`) && !tasks[task].successful);
  // The run that went well in the end, because a task was tried again.
  const runOf = (task) => task.split("/").slice(0, 2).join("/");
  const retried = Object.keys(tasks).find((task) => runs[runOf(task)].successful && Object.keys(tasks[task].attempts).length > 1);
  const good = runOf(retried);
  const src = "src=examples/trainflow.zip";
  const at = (place, more = "") => `#/${place}?${src}${more}`;
  const main = (page) => page.getByRole("main");
  const row = (page) => main(page).getByRole("rowgroup").getByRole("row").first();
  const panel = (page) => main(page).getByRole("tabpanel");
  return [
    ["open", "", (page) => main(page).getByRole("heading", { name: "What happened in that run?" })],
    ["runs", at(""), row],
    ["runs-none", at("", "&q=nothing-has-this"), (page) => main(page).getByText("No run matches")],
    ["run-failed", at(failed), (page) => main(page).getByRole("article")],
    ["run-succeeded", at(good), (page) => panel(page)],
    ["run-dag", at(failed, "&tab=dag"), (page) => main(page).getByRole("group", { name: /^Steps of this run/ })],
    ["run-dag-selected", at(failed, "&tab=dag&select=features"), (page) => main(page).getByRole("group", { name: /^Steps of this run/ })],
    ["run-tasks", at(failed, "&tab=tasks"), row],
    ["run-data", at(good, "&tab=data"), row],
    ["run-about", at(good, "&tab=about"), (page) => panel(page).getByText("Parameters").first()],
    ["step", at(`${failed}/features`), row],
    ["task-logs", at(retried), (page) => panel(page).getByRole("region").first()],
    ["task-logs-attempt-0", at(retried, "&attempt=0"), (page) => panel(page).getByRole("region").first()],
    ["task-exception", at(broken, "&tab=exception"), panel],
    ["task-data", at(retried, "&tab=data"), (page) => panel(page).getByRole("link").first()],
    ["task-metadata", at(retried, "&tab=metadata"), row],
    ["artifact-text", at(`${retried}/report`), (page) => main(page).getByRole("heading", { name: "report" })],
    ["artifact-dict", at(`${retried}/best_params`), (page) => main(page).getByText("patience").first()],
    ["artifact-frame", at(`${retried}/history`), (page) => main(page).getByRole("heading", { name: "history" })],
    ["artifact-image", at(`${retried}/roc_curve`), (page) => main(page).locator("img")],
    ["artifact-object", at(`${retried}/model`), (page) => main(page).getByRole("heading", { name: "model" })],
    ["go-to", at(failed), (page) => page.getByRole("option").first(), async (page) => {
      await page.getByRole("button", { name: /go to/i }).click();
      await page.getByRole("combobox", { name: /go to/i }).fill("fi");
    }],
    ["keys", at(failed), (page) => page.getByRole("dialog"), async (page) => {
      await main(page).focus();
      await page.keyboard.press("?");
    }],
    ["problems", "#/LinearFlow/1795211174306524?src=broken/other-shape-json.zip", (page) => page.getByRole("dialog", { name: "Problems" }), async (page) => {
      // On a narrow window it lies in the sheet that the menu opens.
      const button = page.getByRole("button", { name: /^[\d,]+ problems?$/, includeHidden: true });
      await button.waitFor({ state: "attached" });
      await button.dispatchEvent("click");
    }],
    ["error-cut-off", "#/?src=broken/cut-off.zip", (page) => main(page).getByText("What to try")],
    ["error-needs-file", "#/TrainFlow?src=local::trainflow.zip", (page) => main(page).getByText("What to try")],
    ["error-no-such-run", at("TrainFlow/1"), (page) => main(page).getByText("What to try")],
  ];
}

/** Opens one of them in a fresh page, and waits until it is there. */
export async function show(t, [, hash, there, first], options) {
  const page = await t.visit(hash, options);
  if (first) await first(page.raw);
  await there(page.raw).waitFor();
  return page;
}
