// The app as somebody uses it: places to go, things to see, in the words on the screen.
//
// Cases say what is done and seen here, and never how the screen is built. What is
// found is found by its role and name, as a screen reader does. Nothing sleeps: each
// method waits for what it is about.

/** Runs in every page before the app does: how long its tasks are, and when something was seen. */
export function eyes() {
  const tasks = [];
  globalThis.eyes = {
    tasks,
    /** When somebody did something, after `watch`. */
    acted: undefined,
    /** The moment at which something matches, in a promise. */
    seen: undefined,
    watch(selector) {
      globalThis.eyes.acted = undefined;
      globalThis.eyes.seen = new Promise((seen) => {
        const look = () => {
          if (!document.querySelector(selector)) return false;
          // What has been drawn, not what will be.
          requestAnimationFrame(() => seen(performance.now()));
          return true;
        };
        if (look()) return;
        const observer = new MutationObserver(() => look() && observer.disconnect());
        observer.observe(document, { childList: true, subtree: true, attributes: true });
      });
    },
  };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) tasks.push({ at: startTime, took: duration });
  }).observe({ type: "longtask", buffered: true });
  for (const kind of ["click", "submit", "change", "drop", "keydown"]) {
    addEventListener(kind, () => (globalThis.eyes.acted ??= performance.now()), { capture: true });
  }
}

/** A run in the list of runs: rows that are only being read have no link. */
export const A_RUN = '[role="table"][aria-label="Runs"] [role="rowgroup"] [role="row"] a';

/** `text` as the beginning of a name, whatever follows it. */
const beginning = (text) => new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-])`);

export class AppPage {
  #page;
  #drag;

  constructor(page) {
    this.#page = page;
  }

  /** Playwright's page, for what no user does. */
  get raw() {
    return this.#page;
  }

  // Coming and going.

  async visit(address) {
    await this.#page.goto(address);
    await this.ready();
  }

  /** The app has drawn its first screen. */
  async ready() {
    await this.#page.locator("#boot").waitFor({ state: "detached" });
    await this.heading().waitFor();
  }

  async reload() {
    await this.#page.reload();
    await this.ready();
  }

  async back() {
    await this.#page.goBack();
  }

  async forward() {
    await this.#page.goForward();
  }

  /** What stands behind `#`, with it. */
  hash() {
    return new URL(this.#page.url()).hash;
  }

  /** Waits until the address is at this place, whatever follows it. */
  async isAt(place) {
    const start = `#/${place}`;
    const end = ["", "?", undefined];
    await this.#page.waitForURL((url) => url.hash.startsWith(start) && end.includes(url.hash[start.length] ?? ""));
  }

  /** The first page, by the mark in the header. */
  async home() {
    await this.#page.getByRole("banner").getByRole("link").first().click();
    await this.isTitled("What happened in that run?");
  }

  // Bringing runs in.

  async openExample() {
    await this.#page.getByRole("link", { name: "Open this example" }).click();
  }

  async openUrl(address) {
    const field = this.#page.getByRole("textbox", { name: /^Address of/ });
    await field.fill(address);
    await field.press("Enter");
  }

  /** Drops files and folders of this machine on the page, as the browser itself does it. */
  async drop(...paths) {
    this.#drag ??= await this.#page.context().newCDPSession(this.#page);
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    const { width, height } = this.#page.viewportSize();
    for (const type of ["dragEnter", "dragOver", "drop"]) {
      await this.#drag.send("Input.dispatchDragEvent", { type, x: width / 2, y: height / 2, data });
    }
  }

  async pickFile(path) {
    await this.#pick("Choose file", path);
  }

  async pickFolder(path) {
    await this.#pick("Choose folder", path);
  }

  async #pick(button, path) {
    const [chooser] = await Promise.all([
      this.#page.waitForEvent("filechooser"),
      this.#page.getByRole("button", { name: button }).first().click(),
    ]);
    await chooser.setFiles(path);
  }

  // Walking down.

  /** The list of runs is there, with this many. */
  async seesRuns(count) {
    await this.#page.locator(A_RUN).first().waitFor();
    await this.#page.locator(`[role="table"][aria-label="Runs"][aria-rowcount="${count}"]`).waitFor();
  }

  async openRun(run) {
    await this.#page.getByRole("table", { name: "Runs" }).getByRole("row").filter({ hasText: run }).getByRole("link").first().click();
    await this.#page.getByRole("tablist", { name: "This run" }).waitFor();
  }

  /** A step or a task, by the tree at the left. */
  async openInTree(name) {
    await this.#page.getByRole("tree", { name: "Steps and tasks" }).getByRole("treeitem", { name: beginning(name) }).click();
  }

  /** A step, by its node in the DAG. */
  async openInDag(step) {
    const node = this.#page.getByRole("group", { name: /^Steps of this run/ }).getByRole("button", { name: beginning(step) });
    await node.focus();
    await node.press("Enter");
  }

  /** A task such as `train/17`, in a list of tasks. */
  async openTask(task) {
    await this.#page.getByRole("rowgroup").getByRole("link", { name: task, exact: true }).click();
    await this.#page.getByRole("tablist", { name: "This task" }).waitFor();
  }

  async openAttempt(number) {
    await this.#page.getByRole("main").getByRole("group", { name: "Attempt" }).getByRole("link", { name: beginning(String(number)) }).click();
  }

  async openTab(name) {
    await this.#page.getByRole("tab", { name: beginning(name) }).click();
    await this.#page.getByRole("tabpanel", { name: beginning(name) }).waitFor();
  }

  /** An artifact of the task that is shown. */
  async openArtifact(name) {
    await this.openTab("Data");
    await this.#page.getByRole("tabpanel").getByRole("link", { name: beginning(name) }).first().click();
  }

  /** Types a pathspec, or the part of a name, into *Go to* and takes the first answer that has it. */
  async goTo(text) {
    await this.openGoTo();
    const field = this.#page.getByRole("combobox", { name: /go to/i });
    await field.fill(text);
    await this.#page.getByRole("option", { selected: true }).filter({ hasText: text.split("/").at(-1) }).waitFor();
    await field.press("Enter");
  }

  async openGoTo() {
    await this.#page.getByRole("button", { name: /go to/i }).click();
  }

  // Seeing.

  heading() {
    return this.#page.getByRole("heading", { level: 1 });
  }

  /** Waits for a text on the screen. */
  async sees(text) {
    await this.#page.getByText(text).first().waitFor();
  }

  /** Waits for the title of the place. */
  async isTitled(text) {
    await this.heading().filter({ hasText: text }).waitFor();
  }

  /** Waits for a line of a task's stdout or stderr. */
  async seesInLog(stream, text) {
    await this.#page.getByRole("tabpanel").getByRole("region", { name: stream }).getByText(text).first().waitFor();
  }

  /** Waits until something has the focus. */
  async hasFocus(locator) {
    await locator.and(this.#page.locator(":focus")).waitFor({ state: "attached" });
  }

  /** How many problems, or notes, the foot of the rail counts; 0 where it says nothing. */
  async problems() {
    const button = this.#problems();
    return (await button.count()) === 0 ? 0 : Number.parseInt(await button.innerText(), 10);
  }

  async openProblems() {
    await this.#problems().click();
    return this.#page.getByRole("dialog", { name: "Problems" });
  }

  #problems() {
    return this.#page.getByRole("navigation").getByRole("button", { name: /^[\d,]+ (problem|note)s?$/ });
  }

  /** What the screen of a failure says: what, why, what to try, and its details. */
  async failure() {
    const main = this.#page.getByRole("main");
    await main.getByRole("heading", { name: "What to try" }).waitFor();
    const texts = (within) => main.locator(within).allInnerTexts();
    const [headline] = await texts("h1");
    const [explanation] = await texts("h1 + p");
    return { headline: headline.trim(), explanation, advice: await texts("ol.try > li"), details: (await texts("dl.details")).join("\n") };
  }

  // Looking at it otherwise.

  /** "as the system", "light" or "dark", by the button in the header. */
  async theme(wanted) {
    const button = this.#page.getByRole("button", { name: /^Theme: / });
    for (let presses = 0; presses < 3; presses += 1) {
      const name = await button.getAttribute("aria-label");
      if (name === `Theme: ${wanted}`) return;
      await button.click();
      await this.#page.locator(`button[aria-label^="Theme: "]:not([aria-label="${name}"])`).waitFor();
    }
    await this.#page.getByRole("button", { name: `Theme: ${wanted}` }).waitFor();
  }

  /** The colour of the ground, which says what theme is really shown. */
  ground() {
    return this.#page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  }

  // Measuring.

  /** Milliseconds from what `action` does to the first thing that matches `selector`, drawn. */
  async timeTo(selector, action) {
    await this.#page.evaluate((selector) => globalThis.eyes.watch(selector), selector);
    await action();
    return this.#page.evaluate(async () => (await globalThis.eyes.seen) - globalThis.eyes.acted);
  }

  /** The same from the start of loading an address. */
  async timeToLoad(selector, address) {
    await this.#page.addInitScript((selector) => globalThis.eyes.watch(selector), selector);
    await this.#page.goto(address);
    return this.#page.evaluate(() => globalThis.eyes.seen);
  }

  /** The longest task on the page's own thread so far, in milliseconds; those under 50 ms count as 0. */
  longestTask() {
    return this.#page.evaluate(() => Math.max(0, ...globalThis.eyes.tasks.map(({ took }) => took)));
  }

  /**
   * What scrolls or sticks out sideways though it is no pane: the page itself, and
   * controls that cannot be reached because they lie outside of the window.
   */
  sideways() {
    return this.#page.evaluate(() => {
      const named = (element) => `${element.localName}.${[...element.classList].join(".")} “${(element.ariaLabel ?? element.textContent).trim().slice(0, 40)}”`;
      const page = [document.documentElement, document.body, document.querySelector(".app")];
      const wide = page.filter((element) => element && element.scrollWidth > innerWidth).map((element) => `${named(element)} is ${element.scrollWidth} px wide`);
      const inPane = (element) => {
        for (let around = element.parentElement; around; around = around.parentElement) {
          const { overflowX } = getComputedStyle(around);
          if (overflowX === "auto" || overflowX === "scroll" || around.matches(".canvas")) return true;
        }
        return false;
      };
      const controls = [...document.querySelectorAll("a[href], button, input, select, textarea, [tabindex='0']")];
      const outside = controls.filter((element) => {
        const { left, right, width, height } = element.getBoundingClientRect();
        if (width <= 1 || height <= 1 || !element.checkVisibility({ visibilityProperty: true })) return false;
        return (left < -1 || right > innerWidth + 1) && !inPane(element);
      });
      return [...wide, ...outside.map((element) => `${named(element)} lies outside of the window`)];
    });
  }

  /** A picture of the window, for people. */
  async picture(path) {
    await this.#page.screenshot({ path, animations: "disabled" });
  }
}
