// The worker's entry: the same program as the page's, already compiled there.
//
// The first message says where the program's script lies and brings the module.
// Messages that come before the program listens are kept and given to it.
const early = [];
const keep = (event) => early.push(event.data);

globalThis.runglassCrash = (what) => postMessage(["crashed", 0, String(what), ""]);
addEventListener("unhandledrejection", (event) => runglassCrash(event.reason?.stack ?? event.reason));

addEventListener(
  "message",
  async (event) => {
    const [script, module] = event.data;
    addEventListener("message", keep);
    try {
      const program = await import(script);
      await program.default({ module_or_path: module });
    } catch (error) {
      runglassCrash(error?.stack ?? error);
      return;
    }
    removeEventListener("message", keep);
    for (const data of early) globalThis.onmessage(new MessageEvent("message", { data }));
  },
  { once: true },
);
