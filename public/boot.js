// Starts the program, and draws the last screen when it cannot go on.
//
// A classic script, so that it also runs where modules do not (a page opened from
// file://). After a panic, a trap or a failed allocation the program itself can
// draw nothing: this file must not need it.
"use strict";
(() => {
  const here = document.currentScript;
  const absolute = (path) => new URL(path, document.baseURI).href;
  const program = (stem) => ({ js: absolute(`${stem}.js`), wasm: absolute(`${stem}_bg.wasm`) });
  const firstPage = { js: absolute(here.dataset.js), wasm: absolute(here.dataset.wasm) };
  const wholePage = program(here.dataset.whole);
  const engine = program(here.dataset.engine);

  const namesSource = () => /[?&]src=/.test(location.hash);

  let crashed = false;

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  // headline, one sentence, what to try, and the details to copy.
  const show = (headline, sentence, advice, details) => {
    const main = element("main", "crash");
    main.setAttribute("role", "alert");
    main.append(element("h1", "", headline), element("p", "lead", sentence));
    const list = element("ol");
    for (const one of advice) list.append(element("li", "", one));
    main.append(list);
    if (details) {
      const copy = element("button", "btn", "Copy details");
      copy.addEventListener("click", () => navigator.clipboard?.writeText(details));
      const reload = element("button", "btn btn-primary", "Reload");
      reload.addEventListener("click", () => location.reload());
      const leave = element("button", "btn", "Go to the first page");
      leave.addEventListener("click", () => {
        history.replaceState(null, "", "#/");
        location.reload();
      });
      const buttons = element("div", "crash-buttons");
      buttons.append(reload, leave, copy);
      main.append(buttons, element("pre", "", details));
    }
    document.body.replaceChildren(main);
  };

  globalThis.runglassCrash = (what) => {
    if (crashed) return;
    crashed = true;
    const details = [`what   ${what}`, `where  ${location.href}`, `with   ${navigator.userAgent}`].join("\n");
    show(
      "Runglass has stopped",
      "A fault in Runglass ended it. Nothing was sent; the address still holds the place.",
      ["Reload the page: it opens at the same place.", "If it happens again, go to the first page, and report the details below; look them through first, they name the place in your run."],
      details,
    );
  };

  if (location.protocol === "file:") {
    show(
      "Runglass has to come from a web server",
      "Browsers start no WebAssembly program from a file. Any web server will do, and nothing leaves this machine.",
      ["In this folder: python3 -m http.server 8000", "Then open http://localhost:8000/ and drop your runs there."],
      "",
    );
    return;
  }

  // A page that belongs to no site is one that a card put into its own frame, with an address
  // of the card's choosing.
  if (globalThis.origin === "null") {
    show("Runglass does not run in here", "This frame belongs to no site, so nothing that it asks for would be given to it.", ["Open Runglass in a tab of its own."], "");
    return;
  }

  // What ends the program without a panic: a trap, a stack overflow, no memory left. A
  // script that an extension put into the page is no part of it.
  addEventListener("error", (event) => {
    const ours = !event.filename || event.filename.startsWith(location.origin);
    // Sizes that change while they are heard of are told a frame later: nothing is lost by it.
    if (event.message?.startsWith("ResizeObserver loop")) return;
    if (event.message && ours) runglassCrash(`${event.message}\n       ${event.error?.stack ?? ""}`);
  });
  addEventListener("unhandledrejection", (event) => {
    runglassCrash(String(event.reason?.stack ?? event.reason));
  });

  const load = async ({ js, wasm }) => {
    // Where it is not served as WebAssembly, the program's own loader has another way.
    const compiled = WebAssembly.compileStreaming(fetch(wasm)).catch(() => wasm);
    return { program: await import(js), module_or_path: await compiled };
  };
  const start = (loading) =>
    loading.then(({ program, module_or_path }) => program.default({ module_or_path })).catch(lost);

  // The whole page, loaded before it is started where somebody is about to open something.
  let whole;
  const loadWhole = () => {
    if (!whole) {
      whole = load(wholePage);
      // It is told when it is started; until then it can be tried again.
      whole.catch(() => (whole = undefined));
    }
    return whole;
  };
  // Whoever stops what is being opened stays on the first page.
  globalThis.runglassWhole = () =>
    start(
      loadWhole().then(async (ready) => {
        while (!namesSource()) await new Promise((heard) => addEventListener("hashchange", heard, { once: true }));
        return ready;
      }),
    );
  globalThis.runglassWarm = () => {
    loadWhole();
    warm();
  };

  // The worker, which loads the engine while the page goes on. Undefined before there is one to be had, null where
  // none can be started.
  let worker;
  let isTaken = false;
  const warm = () => {
    if (worker === undefined && !isTaken) prepare();
  };
  const prepare = () => {
    try {
      worker = new Worker(absolute(here.dataset.worker), { type: "module" });
    } catch {
      worker = null;
      return;
    }
    worker.addEventListener("message", ({ data }) => (data.lost ? lost(data.lost) : runglassCrash(data.crash)));
    // A script that did not arrive has no message.
    worker.addEventListener("error", (event) => (event.message ? runglassCrash(event.message) : lost(new Error("the worker could not be loaded"))));
    worker.postMessage(engine);
  };

  // The engine in a worker, else beside the page: it talks through the port either way. Asked again, it starts another
  // one. What it returns ends the worker.
  globalThis.runglassEngine = (port) => {
    if (worker === undefined) prepare();
    if (worker) {
      const mine = worker;
      [worker, isTaken] = [undefined, true];
      mine.postMessage({ port }, [port]);
      return () => mine.terminate();
    }
    globalThis.runglassPort = port;
    start(load(engine));
  };

  const lost = (error) => {
    if (crashed) return;
    crashed = true;
    if (navigator.onLine === false) {
      show(
        "There is no network",
        "Not all of Runglass had arrived before the network went. The address still holds the place.",
        ["Connect, and reload the page."],
        String(error?.stack ?? error),
      );
      return;
    }
    show(
      "Runglass could not be loaded",
      "The program did not arrive, or this browser cannot run it.",
      ["Reload the page.", "Use a browser of the last two years with WebAssembly switched on.", "If you host Runglass: all files of its folder must be there, .wasm served as application/wasm."],
      String(error?.stack ?? error),
    );
  };

  // The sources that this site names, for who comes without one: see sites.json. What in it
  // cannot be understood is told there, and above the runs that are opened by it.
  const ofSite = async () => {
    const answer = await fetch(absolute("sites.json"));
    // Some hosts answer with a page where there is no file.
    if (!answer.ok || /html/.test(answer.headers.get("content-type"))) return { sources: [] };
    let site;
    try {
      site = await answer.json();
    } catch (error) {
      return { sources: [], fault: `it is no JSON (${error.message})` };
    }
    if (!Array.isArray(site?.sources)) return { sources: [], fault: "it has no list named “sources”" };
    const isText = (text) => typeof text === "string" && text;
    const sources = site.sources.filter((one) => isText(one?.src));
    for (const { src, name } of sources) {
      // A reload has an address, and does not come by here.
      try {
        if (isText(name)) sessionStorage.setItem(`runglass.name.${src}`, name);
      } catch {
        // It is called by its address.
      }
    }
    const lost = site.sources.length - sources.length;
    const fault = lost ? `${lost} of its ${site.sources.length} sources ${lost === 1 ? "has" : "have"} no text named “src”` : undefined;
    return { sources, fault };
  };
  let site;
  globalThis.runglassSite = () => (site ??= ofSite().catch(() => ({ sources: [] })));
  const part = (text) => encodeURIComponent(text).replace(/%(2F|3A)/g, decodeURIComponent);
  const openWhole = () => {
    warm();
    runglassWhole();
  };

  // A link to a run needs everything at once.
  if (namesSource()) {
    openWhole();
  } else {
    const first = load(firstPage);
    // Told when it is started.
    first.catch(() => {});
    // Who goes to the first page from a run, or comes by its address, wants to be there.
    const named = location.hash ? { sources: [] } : runglassSite();
    Promise.resolve(named).then(({ sources, fault }) => {
      if (sources.length === 0 || location.hash) {
        if (!namesSource()) start(first);
        else openWhole();
        return;
      }
      // Told above the runs that it leads to.
      globalThis.runglassSiteFault = fault;
      history.replaceState(null, "", `#/?${sources.map(({ src }) => `src=${part(src)}`).join("&")}`);
      openWhole();
    });
  }
})();
