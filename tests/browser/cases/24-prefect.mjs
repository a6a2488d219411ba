import assert from "node:assert/strict";
import { join } from "node:path";
import { unpack } from "../zip.mjs";

export const name = "Prefect: an export, and the database of a server";

const SRC = "src=prefect/basics.zip";
const [FLAKY, BROKEN, RETRY, PARENT, WEATHER, ZOO] = [
  "flaky-pipeline/5d81f52a-925b-4db5-915e-88f42c600435",
  "broken-flow/4f04c36c-4447-4356-acfd-93a7f0fa444a",
  "flow-retry/88516e9c-bc82-4fba-b1ef-b99e0bafea8e",
  "parent-flow/f33eabae-57f1-4007-954f-45f53aa9fc66",
  "weather-report/add3a9e6-1e55-4b95-8717-76389d204a2e",
  "results-zoo/eb218cc9-7cd1-42a3-b729-034ff86e9cac",
];

export async function run(t) {
  const text = (page, what) => page.raw.getByRole("main").getByText(what).first().waitFor();
  const tabs = (page, name) => page.raw.getByRole("tablist", { name }).getByRole("tab").allInnerTexts();
  const words = (texts) => texts.map((text) => text.split(/\s/)[0]);

  await t.check("runs are listed by their names, with what became of them in words of their own", async () => {
    const page = await t.visit(`#/?${SRC}`);
    await page.seesRuns(25);
    const row = (name) => page.raw.getByRole("table", { name: "Runs" }).getByRole("row").filter({ hasText: name });
    for (const [run, word] of [["modest-viper", "Failed"], ["spicy-auk", "Crashed"], ["advanced-serpent", "Timed out"], ["imposing-auk", "Cancelled"], ["denim-sponge", "Unfinished"], ["nap", "Scheduled"]]) {
      await row(run).getByText(word, { exact: true }).waitFor();
    }
    // Ids do not tell which is the newer one.
    await row("valiant-corgi").getByText("latest, last good").waitFor();
    await page.openRun("modest-viper");
    await page.isAt(BROKEN);
    await page.raw.getByRole("banner").getByText("modest-viper").waitFor();
  });

  await t.check("a failure is told by its exception, its traceback and its log", async () => {
    const page = await t.visit(`#/${BROKEN}?${SRC}`);
    await page.isTitled("Failed in explode, explode-203");
    await text(page, "ZeroDivisionError");
    await text(page, "weather.py:183");
    await text(page, "Last warnings and errors");
    assert.deepEqual(words(await tabs(page, "This run")), ["Overview", "DAG", "Timeline", "Tasks", "Log", "Results", "Artifacts", "About"]);
    assert.equal(await page.raw.getByText("Metaflow").count(), 0, "nothing says Metaflow");
  });

  await t.check("a task has its attempts, each with its rows of the log, and its result", async () => {
    const page = await t.visit(`#/${FLAKY}?${SRC}`);
    await page.openInTree("flaky-4d4");
    await page.raw.getByRole("tablist", { name: "This task" }).waitFor();
    assert.deepEqual(words(await tabs(page, "This task")), ["Logs", "Exception", "Result", "About"]);
    const log = page.raw.getByRole("region", { name: "Log" });
    await log.getByText("attempt 3 of flaky").waitFor();
    await page.openAttempt(0);
    await log.getByText("attempt 1 of flaky").waitFor();
    assert.equal(await log.getByText("attempt 3 of flaky").count(), 0);
    await log.getByText(/Retry 1\/3 will start/).waitFor();
    // Prefect tells that a try failed and another follows as information.
    await page.raw.getByRole("radio", { name: "Warnings and errors" }).click();
    await text(page, "No warnings and no errors");
    await page.raw.getByRole("radio", { name: "All" }).click();
    await page.openAttempt(2);
    await page.openTab("Result");
    await text(page, "attempt");
    await page.openTab("About");
    const options = page.raw.getByRole("listitem").filter({ hasText: /^retries / });
    await options.getByText("recorded", { exact: true }).waitFor();
    await options.getByText("3 retries").waitFor();
    await page.raw.getByRole("listitem").filter({ hasText: /^log_prints / }).getByText("not recorded by Prefect").waitFor();
    await page.raw.getByRole("listitem").filter({ hasText: "AwaitingRetry" }).first().waitFor();
  });

  await t.check("a flow that was tried again has its log attempt by attempt", async () => {
    const page = await t.visit(`#/${RETRY}?${SRC}&tab=log`);
    const log = page.raw.getByRole("region", { name: "Log" });
    await log.getByText("Finished in state Completed()").waitFor();
    await page.openAttempt(0);
    await log.getByText("RuntimeError").first().waitFor();
  });

  await t.check("a flow that called another leads to its run, and back", async () => {
    const page = await t.visit(`#/${PARENT}?${SRC}&tab=about`);
    await page.raw.getByRole("link", { name: "child-flow / super-koel" }).click();
    await page.isAt("child-flow/a8d985e4-0b7f-42d4-87ea-d26e89768907");
    await page.openTab("About");
    await page.raw.getByRole("link", { name: "parent-flow / adventurous-pudu" }).click();
    await page.isAt(PARENT);
  });

  await t.check("artifacts are shown as what they are, and none fetches or runs anything", async () => {
    const page = await t.visit(`#/${WEATHER}?${SRC}&tab=artifacts`);
    const one = (name) => page.raw.getByRole("article", { name, exact: true });
    await one("highs-rows").getByRole("cell", { name: "día 2" }).waitFor();
    await one("daily-report").first().getByText("<script>alert(1)</script>").waitFor();
    await one("daily-report").first().getByText("version 1 of 2").waitFor();
    assert.equal(await one("stations").getByRole("link", { name: "Station list" }).getAttribute("rel"), "noopener noreferrer");
    await one("satellite").getByText("An image elsewhere, which is not fetched:").waitFor();
    assert.equal(await one("satellite").locator("img").count(), 0);
    assert.equal(await one("download").getByRole("progressbar").getAttribute("value"), "62.5");
  });

  await t.check("results of many tasks are a column", async () => {
    const page = await t.visit(`#/${ZOO}/as_json?${SRC}&col=result`);
    await page.raw.getByRole("table").getByText("naïve café ☕ 東京").first().waitFor();
    await page.raw.getByRole("table").getByText("1208925819614629174706176").first().waitFor();
  });

  await t.check("what followed what is drawn, and one task's own ancestors", async () => {
    const page = await t.visit(`#/${WEATHER}?${SRC}&tab=dag`);
    const steps = page.raw.getByRole("group", { name: /^Steps of this run/ });
    for (const step of ["fetch", "clean", "mean", "artifacts"]) await steps.getByRole("button", { name: new RegExp(`^${step}`) }).waitFor();
    await page.visit(t.address(`#/${WEATHER}?${SRC}&tab=dag&of=mean/01a1faf5-8410-7c93-a597-eaa7c126f2c1`));
    const around = page.raw.getByRole("group", { name: /^Tasks around mean/ });
    for (const name of ["fetch", "clean", "mean"]) await around.getByRole("button", { name: new RegExp(`^${name}`) }).waitFor();
    assert.equal(await around.getByRole("button", { name: /^artifacts/ }).count(), 0, "it led to nothing else");
  });

  await t.check("a database that is dropped with its log is the same runs", async () => {
    const paths = unpack(join(t.fixtures, "prefect/db-with-wal.zip"), t.scratch).map((path) => join(t.scratch, path));
    assert.equal(paths.length, 2);
    const page = await t.visit();
    await page.drop(...paths);
    await page.seesRuns(25);
    await page.openRun("modest-viper");
    await page.isTitled("Failed in explode, explode-203");
    await text(page, "ZeroDivisionError");
    // Its results lie elsewhere, and it is said where.
    await page.raw.getByRole("link", { name: "Open task" }).click();
    await page.raw.getByRole("tablist", { name: "This task" }).waitFor();
    const alone = await t.visit();
    await alone.drop(paths.find((path) => path.endsWith(".db")));
    await alone.seesRuns(26);
    await alone.raw.getByRole("link", { name: /1 problem/ }).or(alone.raw.getByRole("button", { name: /1 problem/ })).first().waitFor();
  });
}
