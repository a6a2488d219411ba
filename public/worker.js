// The worker's entry. The first message says where the engine lies; it is loaded at once.
// The second brings the port through which it talks to the page, and starts it; what
// comes through the port waits there until the engine listens.
globalThis.runglassCrash = (what) => postMessage({ crash: String(what) });
addEventListener("unhandledrejection", (event) => runglassCrash(event.reason?.stack ?? event.reason));

let loading;

const load = async ({ js, wasm }) => {
  // Where it is not served as WebAssembly, the program's own loader has another way.
  const compiled = WebAssembly.compileStreaming(fetch(wasm)).catch(() => wasm);
  const program = await import(js);
  return { program, module_or_path: await compiled };
};

addEventListener("message", async ({ data }) => {
  if (data.js) {
    loading = load(data);
    // Told below, when it is needed.
    loading.catch(() => {});
    return;
  }
  globalThis.runglassPort = data.port;
  try {
    const { program, module_or_path } = await loading;
    // The size of its memory is what `./dev bench` asks for.
    globalThis.runglassProgram = await program.default({ module_or_path });
  } catch (error) {
    postMessage({ lost: String(error?.stack ?? error) });
  }
});
