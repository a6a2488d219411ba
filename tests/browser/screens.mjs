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
  const several = `#/?${src}&src=runs/basics.zip&src=local:${"2ac6685e".repeat(8)}:nov.zip`;
  const client = (place, more = "") => `#/${place}?src=runs/client-api.zip${more}`;
  const prefect = (place, more = "") => `#/${place}?src=prefect/basics.zip${more}`;
  const task = "flaky-pipeline/5d81f52a-925b-4db5-915e-88f42c600435/flaky/01a1faf5-a964-7b78-9372-c0a88c5e0489";
  const main = (page) => page.getByRole("main");
  const row = (page) => main(page).getByRole("rowgroup").getByRole("row").first();
  const panel = (page) => main(page).getByRole("tabpanel");
  // What only a server can refuse, and the browser tells of.
  t.home.options.status["/some/where/runs/secret.zip"] ??= 401;
  t.expect(/Failed to load resource.*secret\.zip/);
  return [
    ["open", "", (page) => main(page).getByRole("heading", { name: "What happened in that run?" })],
    ["open-with-a-key", "", (page) => main(page).getByRole("textbox", { name: "Header" }), async (page) => {
      await main(page).getByText("Needs a key?").click();
    }],
    ["runs", at(""), row],
    ["runs-of-several", several, (page) => main(page).getByText("This view needs a file from you")],
    ["open-add", `${several}&place=open`, (page) => main(page).getByRole("heading", { name: "Add to what is open" })],
    ["runs-none", at("", "&q=nothing-has-this"), (page) => main(page).getByText("No run matches")],
    ["run-failed", at(failed), (page) => main(page).getByRole("article")],
    ["run-succeeded", at(good), (page) => panel(page)],
    ["run-dag", at(failed, "&tab=dag"), (page) => main(page).getByRole("group", { name: /^Steps of this run/ })],
    ["run-dag-selected", at(failed, "&tab=dag&select=features"), (page) => main(page).getByRole("group", { name: /^Steps of this run/ })],
    ["run-dag-tasks", at(failed, "&tab=dag&depth=tasks"), (page) => main(page).getByRole("group", { name: "Tasks of features" })],
    ["run-dag-lineage", at(good, "&tab=dag&of=start/1&select=start/1"), (page) => main(page).getByRole("group", { name: /^Tasks around start\/1/ })],
    ["run-dag-table", at(failed, "&tab=dag&as=table"), (page) => main(page).getByRole("table", { name: "Steps" })],
    ["run-timeline", at(failed, "&tab=timeline"), (page) => panel(page).getByRole("region", { name: "Sums" })],
    ["run-timeline-cut", at(good, "&tab=timeline&idle=cut&group=over:country"), (page) => panel(page).getByRole("region", { name: "Sums" })],
    ["run-timeline-path", at(good, "&tab=timeline"), (page) => panel(page).getByText("Part by part"), async (page) => {
      await page.getByRole("button", { name: /^Critical path, whole run/ }).click();
    }],
    ["run-timeline-table", at(good, "&tab=timeline&as=table"), row],
    ["run-tasks", at(failed, "&tab=tasks"), row],
    ["run-data", at(good, "&tab=data"), row],
    ["run-about", at(good, "&tab=about"), (page) => panel(page).getByText("Parameters").first()],
    ["run-code", client("OrderFlow/1795247993169861", "&tab=code&select=order.py"), (page) => panel(page).getByRole("region", { name: "Source" })],
    ["run-code-files", client("OrderFlow/1795247993169861", "&tab=code"), (page) => panel(page).getByRole("tree", { name: "Files" })],
    ["run-code-package", client("OrderFlow/1795247993169861", "&tab=code&select=/"), (page) => panel(page).getByText("INFO").first()],
    ["run-cards", client("OvenFlow/1795247998138110", "&tab=cards"), (page) => panel(page).getByText(/\d+ cards?/).first()],
    ["run-cards-none", client("OrderFlow/1795247993169861", "&tab=cards"), (page) => panel(page).getByText("No task of this run drew a card")],
    ["run-about-project", client("OrderFlow/1795247993169861", "&tab=about"), (page) => panel(page).getByText("Repository")],
    ["flow", client("NightFlow"), row],
    ["flow-durations", at("TrainFlow", "&tab=durations"), (page) => panel(page).getByRole("table", { name: "Steps over the runs" })],
    ["flow-storage", client("NightFlow", "&tab=storage"), (page) => panel(page).getByText("By artifact")],
    ["namespace-empty", client("", "&ns=user:nobody"), (page) => main(page).getByText("No run is in the namespace")],
    ["task-logs-of-origin", client("NightFlow/1795248006016112/open_up/1"), (page) => panel(page).getByText("This task was copied by resume").filter({ visible: true })],
    ["step", at(`${failed}/features`), row],
    ["step-cells", at(`${failed}/features`, "&as=strip"), (page) => main(page).getByRole("region", { name: "Not as planned" }).getByRole("link").first()],
    ["step-columns", "#/ForeachFlow/1795211227774857/work?src=runs/basics.zip&col=length&col=word&chart=length", (page) => main(page).getByRole("application")],
    ["task-logs", at(retried), (page) => panel(page).getByRole("region").first()],
    ["task-logs-attempt-0", at(retried, "&attempt=0"), (page) => panel(page).getByRole("region").first()],
    ["task-exception", at(broken, "&tab=exception"), panel],
    ["task-data", at(retried, "&tab=data"), (page) => panel(page).getByRole("link").first()],
    ["task-metadata", at(retried, "&tab=metadata"), row],
    ["task-code", at(broken, "&tab=code&lines=code:40"), (page) => panel(page).getByRole("region", { name: "Source" })],
    ["task-cards", client("OvenFlow/1795247998138110/bake/2", "&tab=cards&select=8cf589964d624ddbac08675abdff38dd"), (page) => panel(page).locator("iframe")],
    ["task-about", at(retried, "&tab=about"), (page) => panel(page).getByText("Attempts").first()],
    ["prefect-runs", "#/?src=prefect/basics.zip", row],
    ["prefect-run-failed", prefect("broken-flow/4f04c36c-4447-4356-acfd-93a7f0fa444a"), (page) => main(page).getByRole("article")],
    ["prefect-run-log", prefect("flow-retry/88516e9c-bc82-4fba-b1ef-b99e0bafea8e", "&tab=log"), (page) => panel(page).getByText("Finished in state Completed()")],
    ["prefect-run-artifacts", prefect("weather-report/add3a9e6-1e55-4b95-8717-76389d204a2e", "&tab=artifacts"), (page) => panel(page).getByRole("article").first()],
    ["prefect-run-about", prefect("weather-report/add3a9e6-1e55-4b95-8717-76389d204a2e", "&tab=about"), (page) => panel(page).getByText("Parameters")],
    ["prefect-task-logs", prefect(task), (page) => panel(page).getByText("attempt 3 of flaky")],
    ["prefect-task-about", prefect(task, "&tab=about"), (page) => panel(page).getByText("retries", { exact: true })],
    ["artifact-text", at(`${retried}/report`), (page) => main(page).getByRole("heading", { name: "report" })],
    ["artifact-dict", at(`${retried}/best_params`), (page) => main(page).getByText("patience").first()],
    ["artifact-frame", at(`${retried}/history`), (page) => main(page).getByRole("heading", { name: "history" })],
    ["artifact-table", at("TrainFlow/1795218658028712/features/13/rows", "&as=columns"), (page) => main(page).getByText(/\d+ missing/).first()],
    ["artifact-markdown", "#/PapersFlow/1795290385664462/start/1/report?src=runs/papers.zip&as=markdown", (page) => main(page).getByRole("heading", { name: "What was done" })],
    ["artifact-zip", "#/PapersFlow/1795290385664462/start/1/bundle?src=runs/papers.zip&at=<inside>&as=table", (page) => main(page).getByText("folder/b.csv")],
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
    ["error-needs-that-file", `#/TrainFlow?src=local:${"2ac6685e".repeat(8)}:nov.zip`, (page) => main(page).getByText("What to try")],
    ["error-needs-key", "#/?src=runs/secret.zip", (page) => main(page).getByRole("button", { name: "Open with this key" })],
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
