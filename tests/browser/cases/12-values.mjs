import assert from "node:assert/strict";

export const name = "Values: a frame of pandas as a table, sorted, summed up, by keyboard";

const FRAME = "TrainFlow/1795218658028712/features/13/rows?src=examples/trainflow.zip";

export async function run(t) {
  await t.check("a frame out of a pickle is a table with its types", async () => {
    const page = await t.visit(`#/${FRAME}`);
    await page.sees("926 rows, 7 columns");
    const table = page.raw.getByRole("table", { name: "Values" });
    assert.deepEqual(await texts(table.getByRole("columnheader")), ["", "countrycategory", "customer_idint64", "agefloat64", "spend_30dfloat64", "visitsint16", "signupdatetime64[us]", "targetint8"]);
    assert.deepEqual((await texts(table.getByRole("row").nth(1).locator("*"))).slice(0, 4), ["0", "AT", "96417", "50.0"]);
  });

  await t.check("it is sorted by a click, as the address says, and back", async () => {
    const page = await t.visit(`#/${FRAME}`);
    const table = page.raw.getByRole("table", { name: "Values" });
    const age = table.getByRole("button", { name: "age" });
    const first = () => table.getByRole("row").nth(1).getByRole("cell").nth(2);
    await age.click();
    await first().filter({ hasText: "18.0" }).waitFor();
    await age.click();
    await first().filter({ hasText: "93.0" }).waitFor();
    assert.match(page.hash(), /[?&]sort=-2(&|$)/);
    await page.raw.reload();
    await first().filter({ hasText: "93.0" }).waitFor();
    await age.click();
    await first().filter({ hasText: "50.0" }).waitFor();
  });

  await t.check("only the rows that can be seen are in the page, and the last one comes when it is scrolled to", async () => {
    const page = await t.visit(`#/${FRAME}`);
    const table = page.raw.getByRole("table", { name: "Values" });
    await table.getByRole("row").nth(1).waitFor();
    assert.ok((await table.getByRole("row").count()) < 120, "most rows are not in the page");
    await page.raw.locator(".value-table").evaluate((pane) => pane.scrollTo(0, pane.scrollHeight));
    await table.getByRole("rowheader", { name: "925", exact: true }).waitFor();
  });

  await t.check("a column tells what it comes to", async () => {
    const page = await t.visit(`#/${FRAME}`);
    await page.raw.getByRole("button", { name: "Summaries" }).click();
    await page.sees("18.0 … 93.0");
    await page.sees("39 missing");
    assert.match(page.hash(), /[?&]as=columns(&|$)/);
  });
}

async function texts(found) {
  await found.first().waitFor();
  return (await found.allTextContents()).map((text) => text.trim());
}
