// The worker's entry. The first message says where the engine lies and brings the port
// through which it talks to the page; what comes through the port waits there until the
// engine listens.
globalThis.runglassCrash = (what) => postMessage({ crash: String(what) });
addEventListener("unhandledrejection", (event) => runglassCrash(event.reason?.stack ?? event.reason));

addEventListener(
  "message",
  async ({ data: { js, wasm, port } }) => {
    globalThis.runglassPort = port;
    try {
      const program = await import(js);
      await program.default({ module_or_path: wasm });
    } catch (error) {
      postMessage({ lost: String(error?.stack ?? error) });
    }
  },
  { once: true },
);
