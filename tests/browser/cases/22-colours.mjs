// Seen without any colour: what a status looks like is told by its shape alone. (What the colours themselves amount to
// is reckoned in tests/colours.rs.)

import assert from "node:assert/strict";

export const name = "Without colour: each status has a shape of its own, as a mark, a bar and a cell";

const STATUSES = ["ok", "fail", "stop", "run", "hold", "retry", "unf", "cache", "skip"];

/** Of the dots that are on in one of two pictures, so many are not in the other: half of a mark is its own, a bar has a cross or a corner. */
const [OF_MARK, OF_BAR] = [0.25, 0.03];

/** Runs in the page: the dots of a picture as on (in the ink of whatever is drawn) or off (as its first dot is). */
async function dots(bytes) {
  const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const grey = Array.from({ length: data.length / 4 }, (_, at) => data[4 * at]);
  const coloured = data.some((value, at) => at % 4 !== 3 && Math.abs(value - data[at - (at % 4)]) > 3);
  const farthest = Math.max(...grey.map((value) => Math.abs(value - grey[0])));
  return { coloured, dots: grey.map((value) => Math.abs(value - grey[0]) > farthest / 2) };
}

export async function run(t) {
  for (const theme of ["light", "dark"]) {
    /** A page as it is seen by somebody who sees no colours. */
    const visit = async (hash) => {
      const page = await t.visit(hash, { theme });
      const browser = await page.raw.context().newCDPSession(page.raw);
      await browser.send("Emulation.setEmulatedVisionDeficiency", { type: "achromatopsia" });
      return page;
    };
    const shape = async (page, locator) => {
      const { coloured, dots: seen } = await page.raw.evaluate(dots, [...(await locator.screenshot())]);
      assert.equal(coloured, false, "the browser shows colours");
      assert.ok(seen.some(Boolean), "nothing is drawn");
      return seen;
    };
    /** All are as large as one another, and no two look alike. */
    const differ = (shapes, least) => {
      const all = Object.entries(shapes);
      const distances = [];
      for (const [at, [one, dots]] of all.entries()) {
        for (const [other, others] of all.slice(at + 1)) {
          assert.equal(dots.length, others.length, `${one} and ${other} are not as large`);
          const either = dots.filter((dot, at) => dot || others[at]).length;
          const apart = dots.filter((dot, at) => dot !== others[at]).length / either;
          distances.push([apart, one, other]);
          assert.ok(apart >= least, `${one} and ${other} look alike: ${(apart * 100).toFixed(1)} % of their dots differ`);
        }
      }
      const [[nearest, one, other]] = distances.sort(([a], [b]) => a - b);
      t.say(`nearest are ${one} and ${other}: ${(nearest * 100).toFixed(0)} % of their dots differ`);
    };
    /** These of one class for each status, all of one size, on top of the page. */
    const drawn = async (page, element) => {
      const shapes = {};
      for (const status of STATUSES) {
        await page.raw.evaluate(
          ([html, status]) => {
            document.querySelector("#seen")?.remove();
            const seen = document.createElement("div");
            seen.id = "seen";
            const rules = { position: "fixed", inset: "0 auto auto 0", width: "44px", height: "34px", padding: "4px", background: "var(--bg)", zIndex: 99 };
            Object.assign(seen.style, rules);
            seen.innerHTML = html.replaceAll("STATUS", status);
            document.body.append(seen);
          },
          [element, status],
        );
        shapes[status] = await shape(page, page.raw.locator("#seen"));
      }
      return shapes;
    };

    await t.check(`${theme}: the marks of two statuses are never alike`, async () => {
      const page = await visit();
      await page.home();
      differ(await drawn(page, `<svg class="glyph STATUS"><use href="#g-STATUS"></use></svg>`), OF_MARK);
    });

    await t.check(`${theme}: nor are their bars`, async () => {
      const page = await visit();
      await page.home();
      differ(await drawn(page, `<i class="bar STATUS"></i>`), OF_BAR);
    });

    await t.check(`${theme}: nor the cells of tasks that failed, were retried and went well`, async () => {
      const page = await visit("#/TrainFlow/1795218658028712/features?src=examples/trainflow.zip");
      const cell = (value) => page.raw.getByRole("group", { name: /^12 tasks/ }).getByRole("link", { name: new RegExp(`^country=${value}, `) }).locator(".bar");
      const shapes = {};
      for (const [status, value] of Object.entries({ failed: "FI", retried: "NL", good: "AT" })) shapes[status] = await shape(page, cell(value));
      assert.equal(new Set(Object.values(shapes).map((dots) => dots.join())).size, 3);
    });

    await t.check(`${theme}: nor the bars of attempts over time`, async () => {
      const outlines = new Map();
      for (const [place, status] of [
        ["TrainFlow/1795218658028712?src=examples/trainflow.zip", "fail"],
        ["TrainFlow/1795218658028712?src=examples/trainflow.zip", "ok"],
        ["FailResumeFlow/1795211273050418?src=runs/basics.zip", "cache"],
      ]) {
        const page = await visit(`#/${place}&tab=timeline`);
        const bar = page.raw.locator(`.lane a:has(> .bar-of.${status})`).first();
        await bar.waitFor();
        const drawn = await bar.evaluate((link) => [...link.querySelectorAll("path")].map((path) => path.getAttribute("d").replace(/[^a-z]/gi, "")).join("+"));
        assert.ok(!outlines.has(drawn), `${status} is drawn as ${outlines.get(drawn)}: ${drawn}`);
        outlines.set(drawn, status);
      }
    });
  }
}
