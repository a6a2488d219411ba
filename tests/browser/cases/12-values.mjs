import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unpack } from "../zip.mjs";

export const name = "Values: tables, their parts, what bytes hold, pictures, files to save";

const FRAME = "TrainFlow/1795218658028712/features/13/rows?src=examples/trainflow.zip";

const ZOO = "ArtifactZooFlow/1795211382116679";
const SOURCE = "src=runs/basics.zip";

const GALLERY = "GalleryFlow/1795296998597062";
const GALLERY_SOURCE = "src=runs/gallery.zip";

const PAPERS = "PapersFlow/1795290385664462/start/1";
const PAPERS_SOURCE = "src=runs/papers.zip";

/** Rows of a table, bytes in rows of 16, lines: each more than any browser draws an element for. */
const LONG = { count: 5_000_000, palette: 48_000_000, title: 3_000_000 };
const LONG_RUN = "LinearFlow/1795211174306524";

export async function run(t) {
  await t.check("a part of a value has an address: it is opened, and reached again by it", async () => {
    const page = await t.visit(`#/${ZOO}/builtins_/2/a_dictlist?${SOURCE}`);
    const tree = page.raw.getByRole("tree", { name: "Value" });
    await tree.getByRole("treeitem").nth(1).hover();
    await tree.getByRole("link", { name: "Open [1] alone" }).click();
    await page.raw.waitForURL((url) => decodeURIComponent(url.hash).includes("at=[1]"));
    await tree.getByText("'n1'").waitFor();
    await page.raw.reload();
    await tree.getByText("'n1'").waitFor();
    const way = page.raw.getByRole("navigation", { name: "Place in the value" });
    await way.getByRole("link", { name: "a_dictlist" }).click();
    await tree.getByText("[49]").waitFor();
  });

  await t.check("a list of records is read as a table", async () => {
    const page = await t.visit(`#/${ZOO}/builtins_/2/a_dictlist?${SOURCE}`);
    await page.raw.getByRole("radio", { name: "Table" }).click();
    const table = page.raw.getByRole("grid", { name: "Values" });
    await table.getByRole("columnheader", { name: "name" }).waitFor();
    await table.getByRole("gridcell", { name: "n7", exact: true }).click();
    const cell = page.raw.getByRole("region", { name: "Cell" });
    await cell.getByRole("heading", { name: 'a_dictlist[7]["name"]' }).waitFor();
  });

  await t.check("the cell that an address names is in view, with its value", async () => {
    const page = await t.visit(`#/${ZOO}/frames/4/p_long?${SOURCE}&at=["y"].iloc[440]`);
    await page.raw.getByRole("region", { name: "Cell" }).getByText("20.97617696340303").waitFor();
    const chosen = page.raw.locator(".sheet [data-selected]");
    await chosen.waitFor();
    assert.equal(await chosen.innerText(), "20.97617696340303");
  });

  await t.check("the row that an address names is marked", async () => {
    const page = await t.visit(`#/${ZOO}/frames/4/p_long?${SOURCE}&at=.iloc[-60]`);
    const row = page.raw.getByRole("row", { selected: true });
    await row.getByText("20.97617696340303").waitFor();
    assert.equal(await row.getByRole("rowheader").innerText(), "440");
    const label = await t.visit(`#/${ZOO}/frames/4/p_multi?${SOURCE}&at=.loc[("a", 2)]`);
    const labels = label.raw.getByRole("row", { selected: true }).getByRole("rowheader");
    await labels.first().waitFor();
    assert.deepEqual(await labels.allInnerTexts(), ["a", "2"]);
  });

  await t.check("names of several levels stand in several rows, the last ones sort", async () => {
    const page = await t.visit(`#/${ZOO}/frames/4/p_multicol?${SOURCE}`);
    const table = page.raw.getByRole("grid", { name: "Values" });
    const [above, heads] = [0, 1].map((at) => table.getByRole("row").nth(at).getByRole("columnheader"));
    await above.first().waitFor();
    assert.deepEqual(await above.allInnerTexts(), ["", "x", "y"]);
    await table.getByRole("button", { name: "('y', 2)" }).click();
    await page.raw.waitForURL((url) => url.hash.includes("sort=1"));
    assert.equal(await heads.nth(2).getAttribute("aria-sort"), "ascending");
    const [left, right] = await Promise.all([above.nth(2), heads.nth(2)].map((cell) => cell.boundingBox()));
    assert.deepEqual([left.x, left.width], [right.x, right.width]);
  });

  await t.check("a call that was not made is the root of its tree", async () => {
    const page = await t.visit("#/OrchardFlow/1795219818597382/end/10/grade?src=runs/first-light.zip");
    const items = page.raw.getByRole("tree", { name: "Value" }).getByRole("treeitem");
    await items.nth(1).waitFor();
    assert.match(await items.nth(0).innerText(), /Grade\('cider'\)/);
    assert.match(await items.nth(1).innerText(), /<args>/);
    await items.nth(0).press("ArrowLeft");
    assert.equal(await items.count(), 1);
  });

  await t.check("an array is seen as a heat map, and as a line", async () => {
    const page = await t.visit(`#/${ZOO}/arrays/3/n_f32?${SOURCE}`);
    await page.raw.getByRole("radio", { name: "Heat map" }).click();
    const image = page.raw.getByRole("img", { name: "n_f32" });
    await image.waitFor();
    assert.deepEqual(await image.evaluate(async (image) => (await image.decode(), [image.naturalWidth, image.naturalHeight])), [3, 2]);
    await page.sees("dark blue is 0.0, yellow is 5.0");
    const line = await t.visit(`#/${ZOO}/arrays/3/n_f64?${SOURCE}&as=line`);
    await line.raw.getByRole("img", { name: "5 values, from 0.0 to 1.0" }).waitFor();
  });

  await t.check("an image of Pillow's is drawn", async () => {
    const page = await t.visit(`#/${ZOO}/models/5/m_image?${SOURCE}`);
    const image = page.raw.getByRole("img", { name: "m_image" });
    await image.waitFor();
    assert.deepEqual(await image.evaluate(async (image) => (await image.decode(), [image.naturalWidth, image.naturalHeight])), [8, 8]);
  });

  await t.check("a tree of decisions is drawn, and walked down by its questions", async () => {
    const page = await t.visit(`#/${GALLERY}/models/2/tree?${GALLERY_SOURCE}`);
    const tree = page.raw.getByRole("group", { name: "Tree of decisions" });
    await tree.getByText("petal width (cm) ≤ 0.8").waitFor();
    await tree.getByText("setosa, 100 %").waitFor();
    await tree.getByRole("link", { name: /petal length \(cm\) ≤ 4.95/ }).click();
    const way = page.raw.getByRole("navigation", { name: "Way from the root" });
    await way.getByText("not petal width (cm) ≤ 0.8").waitFor();
    assert.match(page.hash(), /[?&]node=3(&|$)/);
    await page.raw.reload();
    await way.getByText("petal width (cm) ≤ 1.75").waitFor();
    await way.getByRole("link").first().click();
    await tree.getByText("petal width (cm) ≤ 0.8").waitFor();
  });

  await t.check("an ensemble leads to its members, and a pipeline to its steps", async () => {
    const page = await t.visit(`#/${GALLERY}/models/2/forest?${GALLERY_SOURCE}`);
    const members = page.raw.getByRole("region", { name: "Members" });
    await members.getByRole("link", { name: /\[3\]/ }).click();
    await page.raw.getByRole("group", { name: "Tree of decisions" }).waitFor();
    const other = await t.visit(`#/${GALLERY}/models/2/pipeline?${GALLERY_SOURCE}`);
    await other.raw.getByRole("region", { name: "Put together of" }).getByRole("link", { name: /classifier/ }).click();
    await other.raw.getByRole("region", { name: "Learned" }).getByText("ndarray float64 (3, 5)").waitFor();
  });

  await t.check("an exception reads as Python says it, with the source of its frames", async () => {
    const page = await t.visit(`#/${GALLERY}/rescued/7/carried?${GALLERY_SOURCE}`);
    await page.sees("nail 9 holds nothing");
    await page.sees("This was the direct cause of");
    await page.raw.getByRole("group", { name: "Source" }).first().getByText("return hang(nail)").waitFor();
    const plain = await t.visit(`#/${GALLERY}/mishaps/6/missing?${GALLERY_SOURCE}`);
    await plain.sees("[Errno 2] No such file or directory: 'no/such/room'");
  });

  await t.check("any two axes of an array are a table, and a heat map", async () => {
    const page = await t.visit(`#/${GALLERY}/pictures/4/scan?${GALLERY_SOURCE}`);
    // Three channels before two axes are an image at first.
    await page.raw.getByRole("img", { name: "scan" }).waitFor();
    await page.raw.getByRole("radio", { name: "Table" }).click();
    await page.sees("64 × 96");
    await page.raw.getByRole("combobox", { name: "Rows" }).selectOption("axis 0");
    await page.sees("3 × 96");
    const place = page.raw.getByRole("spinbutton");
    await place.fill("3");
    await place.press("Enter");
    await page.raw.getByRole("gridcell", { name: "1.005999054682385", exact: true }).waitFor();
    assert.match(decodeURIComponent(page.hash()), /[?&]slice=r,3,c(&|$)/);
    // An axis that becomes rows leaves its place to another, within that one's length.
    await page.raw.getByRole("combobox", { name: "Columns" }).selectOption("axis 1");
    await page.sees("3 × 64");
    await page.raw.getByRole("combobox", { name: "Columns" }).selectOption("axis 2");
    await page.sees("3 × 96");
    await page.raw.getByRole("radio", { name: "Heat map" }).click();
    const image = page.raw.getByRole("img", { name: "scan" });
    await image.waitFor();
    assert.deepEqual(await image.evaluate(async (image) => (await image.decode(), [image.naturalWidth, image.naturalHeight])), [96, 3]);
  });

  await t.check("frames of polars and matrices of SciPy are tables", async () => {
    const page = await t.visit(`#/${GALLERY}/tables/3/ledger?${GALLERY_SOURCE}`);
    await page.sees("12 rows, 6 columns");
    await page.raw.getByRole("gridcell", { name: "Still life" }).waitFor();
    const sparse = await t.visit(`#/${GALLERY}/tables/3/visitors?${GALLERY_SOURCE}`);
    await sparse.sees("7,200 of 3,600,000 elements are stored; where none is, there is 0.0.");
  });

  await t.check("a figure is redrawn", async () => {
    const page = await t.visit(`#/${GALLERY}/pictures/4/chart?${GALLERY_SOURCE}`);
    const image = page.raw.getByRole("img", { name: "chart" });
    await image.waitFor();
    await page.raw.locator(".downloads > summary").click();
    const [download] = await Promise.all([
      page.raw.waitForEvent("download"),
      page.raw.getByRole("menuitem", { name: "Drawing (.svg)" }).click(),
    ]);
    const drawing = readFileSync(await download.path()).toString();
    for (const word of ["daylight", "north", "Visitors"]) assert.ok(drawing.includes(`>${word}<`), word);
  });

  await t.check("a text is found in the parts of a value", async () => {
    const page = await t.visit(`#/${ZOO}/builtins_/2/a_dictlist?${SOURCE}`);
    await page.raw.getByRole("searchbox", { name: "Search in this value" }).fill("n49");
    const found = page.raw.getByRole("region", { name: "Found" });
    await found.getByText("1 place among 200 parts").waitFor();
    await found.getByRole("link", { name: /\[49\]/ }).click();
    await page.raw.waitForURL((url) => decodeURIComponent(url.hash).includes('at=[49]["name"]'));
    await page.sees("'n49'");
  });

  await t.check("bytes are seen one by one", async () => {
    const page = await t.visit(`#/${ZOO}/builtins_/2/a_bytes?${SOURCE}`);
    const bytes = page.raw.getByRole("region", { name: "Bytes" });
    await bytes.getByText("f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 fa fb fc fd fe ff").waitFor();
  });

  await t.check("what a zip in bytes holds is a table of its files", async () => {
    const page = await t.visit(`#/${PAPERS}/bundle?${PAPERS_SOURCE}`);
    const table = page.raw.getByRole("grid", { name: "Values" });
    await table.getByRole("gridcell", { name: "folder/b.csv", exact: true }).waitFor();
    await table.getByRole("gridcell", { name: "2026-11-20 06:30:00" }).first().waitFor();
    // The bytes themselves are one click away, and the way back too.
    const choice = page.raw.getByRole("group", { name: "Read as" });
    await choice.getByRole("link", { name: "Bytes" }).click();
    await page.raw.getByRole("region", { name: "Bytes" }).getByText("50 4b 03 04").first().waitFor();
    assert.match(page.hash(), /[?&]as=raw(&|$)/);
    await choice.getByRole("link", { name: "Zip" }).click();
    await table.getByRole("gridcell", { name: "folder/b.csv", exact: true }).waitFor();
  });

  await t.check("a text of Markdown is a document, and the text that it is", async () => {
    const page = await t.visit(`#/${PAPERS}/report?${PAPERS_SOURCE}`);
    await page.raw.getByRole("radio", { name: "Text" }).click();
    assert.match(page.hash(), /[?&]as=text(&|$)/);
    await page.raw.getByRole("region", { name: "Text" }).getByText("# Churn, week 47").waitFor();
    await page.raw.getByRole("radio", { name: "Markdown" }).click();
    const document = page.raw.getByRole("region", { name: "Document" });
    await document.getByRole("heading", { name: "Churn, week 47" }).waitFor();
    assert.deepEqual(await texts(document.getByRole("cell")), ["AUC", "0.84", "0.87", "loss", "0.35", "0.31"]);
    assert.deepEqual(await texts(document.getByRole("listitem").locator("ul > li")), ["more rounds", "fewer columns"]);
    assert.ok(await document.getByRole("checkbox", { name: "done" }).isChecked());
    const link = document.getByRole("link", { name: "last week" });
    assert.deepEqual(
      await link.evaluate((link) => ["href", "target", "rel", "title"].map((name) => link.getAttribute(name))),
      ["https://example.org/weeks/46", "_blank", "noopener noreferrer", "https://example.org/weeks/46"],
    );
    assert.equal(await document.locator(".kw").first().innerText(), "def");
    await document.getByText("The loss by round plots/loss.png").waitFor();
    assert.equal(await document.locator("img").count(), 0, "images");
    await page.raw.reload();
    await document.getByRole("heading", { name: "What was done" }).waitFor();
  });

  await t.check("of a hostile document nothing is run, fetched or a link that should be none", async () => {
    const page = await t.visit(`#/${PAPERS}/hostile?${PAPERS_SOURCE}`);
    const document = page.raw.getByRole("region", { name: "Document" });
    await document.getByText("<script>window.hurt = true</script>").waitFor();
    await document.getByText('<b onclick="window.hurt = true">a tag</b>').waitFor();
    assert.deepEqual(await texts(document.getByRole("link")), ["a real one"]);
    assert.equal(await document.locator("img, script, b, [onclick], [onerror]").count(), 0);
    await document.getByText("a script").click();
    assert.equal(await page.raw.evaluate(() => window.hurt), undefined);
  });

  await t.check("a value is saved as JSON, as CSV and as it is", async () => {
    const page = await t.visit(`#/${ZOO}/frames/4/p_frame?${SOURCE}`);
    const save = async (name) => {
      await page.raw.locator(".downloads > summary").click();
      const [download] = await Promise.all([
        page.raw.waitForEvent("download"),
        page.raw.getByRole("menuitem", { name }).click(),
      ]);
      return readFileSync(await download.path());
    };
    assert.equal((await save("Table (.csv)")).toString().split("\r\n")[1], "0,1,0.1,a,True");
    assert.deepEqual(JSON.parse(await save("JSON (.json)"))[0], { index: "0", i: 1, f: 0.1, s: "a", b: true });
    assert.deepEqual([...(await save("Pickle (.pkl)")).subarray(0, 2)], [0x80, 0x04]);
  });

  await t.check("a frame out of a pickle is a table with its types", async () => {
    const page = await t.visit(`#/${FRAME}`);
    await page.sees("926 rows, 7 columns");
    const table = page.raw.getByRole("grid", { name: "Values" });
    assert.deepEqual(await texts(table.getByRole("columnheader")), ["", "countrycategory", "customer_idint64", "agefloat64", "spend_30dfloat64", "visitsint16", "signupdatetime64[us]", "targetint8"]);
    assert.deepEqual((await texts(table.getByRole("row").nth(1).locator("*"))).slice(0, 4), ["0", "AT", "96417", "50.0"]);
  });

  await t.check("it is sorted by a click, as the address says, and back", async () => {
    const page = await t.visit(`#/${FRAME}`);
    const table = page.raw.getByRole("grid", { name: "Values" });
    const age = table.getByRole("button", { name: "age" });
    const first = () => table.getByRole("row").nth(1).getByRole("gridcell").nth(2);
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
    const table = page.raw.getByRole("grid", { name: "Values" });
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

  await t.check("the cell that is looked at moves with the keyboard", async () => {
    const page = await t.visit(`#/${FRAME}`);
    const table = page.raw.getByRole("grid", { name: "Values" });
    await table.getByRole("row").nth(1).waitFor();
    await table.focus();
    const heading = page.raw.getByRole("region", { name: "Cell" }).getByRole("heading");
    const chosen = table.getByRole("gridcell", { selected: true });
    const press = async (key, place) => {
      await page.raw.keyboard.press(key);
      await page.raw.waitForURL((url) => decodeURIComponent(url.hash).includes(`select=${place}`));
      await chosen.waitFor();
      assert.equal(await chosen.getAttribute("data-cell"), place);
      assert.equal(await table.getAttribute("aria-activedescendant"), await chosen.getAttribute("id"));
    };
    await press("ArrowDown", "0,0");
    await press("ArrowDown", "1,0");
    await press("ArrowRight", "1,1");
    await press("End", "1,6");
    await press("Control+End", "925,6");
    const pane = await page.raw.locator(".value-table").boundingBox();
    const cell = await chosen.boundingBox();
    assert.ok(cell.y >= pane.y && cell.y + cell.height <= pane.y + pane.height + 1, "the cell is in view");
    await press("ArrowUp", "924,6");
    await press("Home", "924,0");
    await press("Control+Home", "0,0");
    await heading.waitFor();
    await page.raw.keyboard.press("Escape");
    await heading.waitFor({ state: "detached" });
    assert.ok(!page.hash().includes("select="));
  });

  await t.check("in another order the keyboard follows what is seen", async () => {
    const page = await t.visit(`#/${FRAME}&sort=-2`);
    const table = page.raw.getByRole("grid", { name: "Values" });
    const rows = table.getByRole("row");
    await rows.nth(2).waitFor();
    const second = await rows.nth(2).getByRole("gridcell").first().getAttribute("data-cell");
    await table.focus();
    await page.raw.keyboard.press("ArrowDown");
    const chosen = table.getByRole("gridcell", { selected: true });
    await chosen.waitFor();
    await page.raw.keyboard.press("ArrowDown");
    await page.raw.waitForURL((url) => decodeURIComponent(url.hash).includes(`select=${second}`));
    await page.raw.keyboard.press("Control+End");
    await table.locator("[aria-selected][data-cell$=',6']").waitFor();
  });

  await t.check("a part is opened alone by the keyboard, which goes on in it", async () => {
    const page = await t.visit(`#/${ZOO}/builtins_/2/a_dictlist?${SOURCE}`);
    const tree = page.raw.getByRole("tree", { name: "Value" });
    const row = (text) => tree.getByRole("treeitem").filter({ hasText: text });
    const hasFocus = (of) => page.raw.waitForFunction((row) => row === document.activeElement, of);
    await row("[0]").first().focus();
    await page.raw.keyboard.press("End");
    await hasFocus(await row("[49]").elementHandle());
    await page.raw.keyboard.press("ArrowRight");
    await row('["name"]').waitFor();
    await page.raw.keyboard.press("ArrowDown");
    await page.raw.keyboard.press("ArrowDown");
    await page.raw.keyboard.press("ArrowLeft");
    await hasFocus(await row("[49]").elementHandle());
    await page.raw.keyboard.press("Shift+Tab");
    await page.raw.keyboard.press("Tab");
    await hasFocus(await row("[49]").elementHandle());
    await page.raw.keyboard.press("Control+Enter");
    await page.raw.waitForURL((url) => decodeURIComponent(url.hash).includes("at=[49]"));
    await row('["name"]').waitFor();
    await hasFocus(await tree.getByRole("treeitem").first().elementHandle());
  });

  await t.check("the menu of downloads is worked by the keyboard", async () => {
    const page = await t.visit(`#/${FRAME}`);
    const opener = page.raw.locator(".downloads > summary");
    await opener.focus();
    await page.raw.keyboard.press("Enter");
    const items = page.raw.getByRole("menuitem");
    const isFocused = (of) => page.raw.waitForFunction((one) => one === document.activeElement, of);
    await isFocused(await items.first().elementHandle());
    await page.raw.keyboard.press("ArrowDown");
    await isFocused(await items.nth(1).elementHandle());
    await page.raw.keyboard.press("Escape");
    await isFocused(await opener.elementHandle());
    assert.equal(await items.first().isVisible(), false);
    await page.raw.keyboard.press("ArrowDown");
    await isFocused(await items.first().elementHandle());
    await page.raw.getByRole("heading", { level: 2 }).last().click();
    await items.first().waitFor({ state: "hidden" });
  });

  await t.check("from the filter the keyboard goes into the list of data", async () => {
    const page = await t.visit(`#/${ZOO}/builtins_/2/a_dictlist?${SOURCE}`);
    const filter = page.raw.getByRole("searchbox", { name: "Filter data" });
    const links = page.raw.locator(".data-list a");
    const isFocused = (of) => page.raw.waitForFunction((one) => one === document.activeElement, of);
    await links.nth(1).waitFor();
    await filter.focus();
    await page.raw.keyboard.press("ArrowDown");
    await page.raw.keyboard.press("ArrowDown");
    await isFocused(await links.nth(1).elementHandle());
    await page.raw.keyboard.press("ArrowUp");
    await isFocused(await links.first().elementHandle());
    await filter.fill("a_bytes");
    await links.nth(0).filter({ hasText: "a_bytes" }).waitFor();
    await filter.press("Enter");
    await page.raw.getByRole("region", { name: "Bytes" }).waitFor();
  });

  await t.check("what would be too long as JSON says so at once, by name and number, until another file is saved", async () => {
    const page = await t.visit(`#/${GALLERY}/pictures/4/chart?${GALLERY_SOURCE}`);
    await page.raw.getByRole("img", { name: "chart" }).waitFor();
    const choose = async (name) => {
      await page.raw.locator(".downloads > summary").click();
      await page.raw.getByRole("menuitem", { name }).click();
    };
    const from = Date.now();
    await choose("JSON (.json)");
    const said = page.raw.getByText(/^chart as JSON was not saved\. As JSON it would be larger than 64\.0 MB/);
    await said.waitFor();
    assert.ok(Date.now() - from < 5000, "it is not written before that is known");
    await Promise.all([page.raw.waitForEvent("download"), choose("Drawing (.svg)")]);
    await said.waitFor({ state: "detached" });
  });

  await t.check("a file that takes a while says so, and is stopped", async () => {
    const page = await visitLong(t, "count");
    await page.sees("5,000,000 rows");
    await page.raw.locator(".downloads > summary").click();
    await page.raw.getByRole("menuitem", { name: "Table (.csv)" }).click();
    await page.raw.getByText("Saving count as CSV").waitFor();
    const stop = page.raw.getByRole("button", { name: "Stop saving" });
    let files = 0;
    page.raw.on("download", () => (files += 1));
    await stop.click();
    await stop.waitFor({ state: "detached" });
    // What is asked after it is answered: the engine is free again, and no file came.
    await page.raw.locator(".value-table").evaluate((pane) => pane.scrollTo(0, 4000));
    await page.raw.getByRole("rowheader", { name: "150", exact: true }).waitFor();
    assert.equal(files, 0);
  });

  await t.check("a saved file is named by the artifact, the part and what it is", async () => {
    const page = await t.visit(`#/${GALLERY}/pictures/4/scan?as=table&slice=2,r,c&${GALLERY_SOURCE}`);
    await page.sees("64 × 96");
    await page.raw.locator(".downloads > summary").click();
    const [download] = await Promise.all([
      page.raw.waitForEvent("download"),
      page.raw.getByRole("menuitem", { name: "Table that is shown (.csv)" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "scan.2.csv");
    const papers = await t.visit(`#/${PAPERS}/drawing?${PAPERS_SOURCE}`);
    await papers.raw.locator(".downloads > summary").click();
    await papers.raw.getByRole("menuitem", { name: "Bytes (.pdf)" }).waitFor();
  });

  await t.each(
    [
      ["count", "a table", ".value-table", "4,999,999"],
      ["palette", "bytes", ".log", (48_000_000 - 16).toString(16)],
      ["title", "a text", ".log", "3000000"],
    ],
    ([, what]) => `all of ${what} longer than any element is reached: by the bar, by keys, by small steps`,
    async ([name, , selector, last]) => {
      const page = await visitLong(t, name);
      const pane = page.raw.locator(selector);
      await pane.waitFor();
      const rows = () =>
        pane.evaluate((pane) => {
          const box = pane.getBoundingClientRect();
          const isIn = (row) => row.getBoundingClientRect().bottom > box.top && row.getBoundingClientRect().top < box.bottom - 1;
          const seen = [...pane.querySelectorAll(".sheet-row, .line")].filter(isIn);
          return seen.map((row) => row.firstElementChild.textContent);
        });
      const until = async (isRight, told) => {
        for (const end = Date.now() + 10_000; ; ) {
          const now = await rows();
          if (now.length > 5 && isRight(now)) return now;
          assert.ok(Date.now() < end, `${told}: ${now[0]} to ${now.at(-1)}`);
        }
      };
      await until((now) => Number.parseInt(now[0], 16) < 2, "the first");
      // As somebody drags the bar: to the end, to the middle.
      await pane.evaluate((pane) => pane.scrollTo(0, pane.scrollHeight));
      await until((now) => now.at(-1) === last, "the last");
      await pane.evaluate((pane) => pane.scrollTo(0, pane.scrollHeight / 2));
      const number = (text) => Number.parseInt(text.replaceAll(",", ""), name === "palette" ? 16 : 10) / (name === "palette" ? 16 : 1);
      const all = number(last);
      const middle = await until((now) => Math.abs(number(now[0]) / all - 0.5) < 0.01, "the middle");
      // A step of the wheel is a step of as many rows.
      await pane.hover();
      await page.raw.mouse.wheel(0, 200);
      await until((now) => number(now[0]) > number(middle[0]) && number(now[0]) - number(middle[0]) < 15, "a step");
      if (name === "count") return;
      await pane.focus();
      await page.raw.keyboard.press("End");
      await until((now) => now.at(-1) === last, "End");
      await page.raw.keyboard.press("PageUp");
      await until((now) => all - number(now.at(-1)) > 5 && all - number(now.at(-1)) < 100, "a page before the end");
      await page.raw.keyboard.press("Home");
      await until((now) => number(now[0]) < 2, "Home");
    },
  );

  await t.check("in a long table the keyboard goes to the last cell and back", async () => {
    const page = await visitLong(t, "count");
    const table = page.raw.getByRole("grid", { name: "Values" });
    await table.getByRole("row").nth(1).waitFor();
    await table.focus();
    const chosen = table.getByRole("gridcell", { selected: true });
    const press = async (key, place) => {
      await page.raw.keyboard.press(key);
      await chosen.and(page.raw.locator(`[data-cell="${place}"]`)).waitFor();
      const pane = await page.raw.locator(".value-table").boundingBox();
      const cell = await chosen.boundingBox();
      assert.ok(cell.y >= pane.y && cell.y + cell.height <= pane.y + pane.height + 1, `${key}: the cell is in view`);
    };
    await press("ArrowDown", "0,0");
    await press("Control+End", "4999999,0");
    await press("ArrowUp", "4999998,0");
    await press("Control+Home", "0,0");
  });

  await t.check("a tree of decisions is drawn as wide as its pane, or as large as it is", async () => {
    const page = await t.visit(`#/${GALLERY}/models/2/tree?levels=8&${GALLERY_SOURCE}`);
    const tree = page.raw.getByRole("group", { name: "Tree of decisions" });
    await tree.waitFor();
    const sideways = () => tree.evaluate((pane) => pane.scrollWidth - pane.clientWidth);
    await page.raw.getByRole("radio", { name: "Fit" }).click();
    await page.raw.waitForURL((url) => /[?&]size=fit(&|$)/.test(url.hash));
    await page.raw.waitForFunction((pane) => pane.scrollWidth <= pane.clientWidth, await tree.elementHandle());
    await page.raw.getByRole("radio", { name: "100%" }).focus();
    await page.raw.keyboard.press("Enter");
    await page.raw.waitForFunction((pane) => pane.scrollWidth > pane.clientWidth, await tree.elementHandle());
    assert.ok((await sideways()) > 0);
  });

  await t.check("the fields of three axes stand in one line", async () => {
    const page = await t.visit(`#/${GALLERY}/pictures/4/scan?as=table&${GALLERY_SOURCE}`);
    await page.raw.setViewportSize({ width: 1400, height: 900 });
    await page.sees("64 × 96");
    const tools = page.raw.locator(".table-tools");
    assert.ok((await tools.boundingBox()).height < 50, "one line");
  });
}

/** A recorded run, some artifacts of which are long; an artifact of it. */
async function visitLong(t, name) {
  const folder = join(t.scratch, "long");
  const file = (path) => join(folder, path);
  const table = `${LONG_RUN}/end/3/0.data.json`;
  const put = (objects, name, bytes) => {
    const sha = createHash("sha1").update(bytes).digest("hex");
    const path = file(`LinearFlow/data/${sha.slice(0, 2)}/${sha}`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    writeFileSync(`${path}_meta`, JSON.stringify({ cas_raw: true, cas_version: 1 }));
    objects.objects[name] = sha;
  };
  const of64 = (length) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(length));
    return bytes;
  };
  const content = (opcode, bytes) => Buffer.concat([Buffer.from([opcode]), of64(bytes.length), bytes]);
  const pickle = (...parts) => Buffer.concat([Buffer.from([0x80, 4]), ...parts, Buffer.from(".")]);
  unpack(join(t.fixtures, "broken/bare-store.zip"), folder);
  const objects = JSON.parse(readFileSync(file(table), "utf8"));
  // BINBYTES8 and BINUNICODE8.
  if (name === "palette") put(objects, name, pickle(content(0x8e, Buffer.alloc(LONG.palette, "0123456789abcdef"))));
  if (name === "title") put(objects, name, pickle(content(0x8d, Buffer.alloc(2 * LONG.title - 1, "a\n"))));
  // As NumPy itself asks for an array: an empty one, then its state.
  const array = (length) => [
    Buffer.from("cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntC\x01btR(I1\n(I", "latin1"),
    Buffer.from(`${length}\ntcnumpy\ndtype\n(X\x02\0\0\0i1I00\nI01\ntR(I3\nX\x01\0\0\0|NNNI-1\nI-1\nI0\ntbI00\n`, "latin1"),
    content(0x8e, Buffer.alloc(length, 7)),
    Buffer.from("tb"),
  ];
  if (name === "count") put(objects, name, pickle(...array(LONG.count)));
  writeFileSync(file(table), JSON.stringify(objects));
  const page = await t.visit();
  await page.drop(folder);
  await page.seesRuns(1);
  await page.raw.evaluate((place) => {
    location.hash = `#/${place}?${location.hash.match(/src=[^&]*/)[0]}`;
  }, `${LONG_RUN}/end/3/${name}`);
  return page;
}

async function texts(found) {
  await found.first().waitFor();
  return (await found.allTextContents()).map((text) => text.trim());
}
