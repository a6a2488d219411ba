// What a reader of a large run waits for in its timeline: a part of the case on speed, where
// `./dev bench` has made such runs.

/** How often each is done; the middle one is printed. */
const TIMES = 5;
const RUN = "ForeachFlow/1795211227774857";

/** What is asked for, one after the other: by which address, and what is drawn then. */
const VIEWS = [
  ["complete, with the tasks in the worker", "", ".time-rows .density"],
  ["all tasks as rows", "&flip=work", '.time-rows .row[data-at="40"] .bar-of'],
  ["one list by start", "&group=none&sort=start", row("start/1")],
  ["the longest first", "&group=none&sort=-duration", row("work word-")],
  ["by status", "&group=status", row("Succeeded after a retry")],
  ["by foreach value", "&group=over:words", row("work word-000000")],
  ["filtered", "&group=none&q=word-000777", row("work word-000777")],
  ["filtered by other words", "&group=none&q=word-000888", row("work word-000888")],
  ["without the filter", "&group=none", row("start/1")],
];

function row(label) {
  return `.time-rows .row[data-at="0"] .whole[aria-label^="${label}"]`;
}

/** `url` is that of a packed run of so many tasks. */
export async function timeline(t, url, tasks) {
  await t.check(`measures the timeline of ${tasks.toLocaleString("en")} tasks`, async () => {
    const times = new Map([...VIEWS.map(([name]) => name), "zoomed by a key"].map((name) => [name, []]));
    const facts = { longest: [], frames: [], nodes: [], memory: [] };
    for (let round = 0; round < TIMES; round += 1) {
      const page = await t.newPage({ traced: false });
      const at = (more) => `#/${RUN}?src=${url}&tab=${more}`;
      await page.visit(t.address(at("tasks")));
      await page.raw.locator(`[role="table"][aria-rowcount="${tasks + 3}"]`).waitFor();
      // What reading has cost is told elsewhere.
      await page.raw.evaluate(() => { globalThis.eyes.tasks.length = 0; });
      let nodes = 0;
      for (const [name, more, seen] of VIEWS) {
        times.get(name).push(await page.timeTo(seen, () => follow(page, at(`timeline${more}`))));
        nodes = Math.max(nodes, await page.raw.evaluate(() => document.querySelectorAll("*").length));
      }
      times.get("zoomed by a key").push(await page.timeTo(".time-place [aria-current]", () => page.raw.keyboard.press("w")));
      facts.frames.push(await scrolled(page));
      facts.nodes.push(nodes);
      facts.longest.push(await page.longestTask());
      const [worker] = page.raw.workers();
      const engine = await worker.evaluate(() => globalThis.runglassProgram.memory.buffer.byteLength);
      const screen = await page.raw.evaluate(() => performance.memory.usedJSHeapSize);
      facts.memory.push((engine + screen) / 1e6);
      await page.raw.context().close();
    }
    const told = [...times].map(([name, times]) => `${name} ${spread(times)}`);
    t.say(`timeline of ${tasks.toLocaleString("en")} tasks: ${told.join(", ")}`);
    t.say(`  longest task on the main thread ${spread(facts.longest)}; scrolling, 95th of 100 frames ${spread(facts.frames)}; at most ${Math.max(...facts.nodes)} elements in the page; memory of engine and page ${Math.round(middle(facts.memory))} MB`);
  });
}

/** Scrolls some screenfuls by the wheel; the frame that 95 of 100 are not longer than, in milliseconds. */
async function scrolled(page) {
  const box = await page.raw.locator(".time-body").boundingBox();
  await page.raw.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.raw.evaluate(() => {
    globalThis.frames = [];
    let last;
    const frame = (now) => {
      if (last) globalThis.frames.push(now - last);
      last = now;
      globalThis.counting = requestAnimationFrame(frame);
    };
    globalThis.counting = requestAnimationFrame(frame);
  });
  for (let step = 0; step < 60; step += 1) {
    await page.raw.mouse.wheel(0, 120);
    await page.raw.evaluate(() => new Promise((drawn) => requestAnimationFrame(drawn)));
  }
  return page.raw.evaluate(() => {
    cancelAnimationFrame(globalThis.counting);
    const frames = globalThis.frames.sort((one, other) => one - other);
    return frames[Math.trunc(frames.length * 0.95)];
  });
}

/** Follows an address as a click on a link would. */
function follow(page, address) {
  return page.raw.evaluate((address) => {
    const link = document.createElement("a");
    link.href = address;
    document.body.append(link);
    link.click();
    link.remove();
  }, address);
}

const middle = (times) => [...times].sort((one, other) => one - other)[Math.trunc(times.length / 2)];

function spread(times) {
  const sorted = times.map(Math.round).sort((one, other) => one - other);
  return `${sorted[Math.trunc(sorted.length / 2)]} ms (${sorted[0]} to ${sorted.at(-1)})`;
}
