import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const name = "Servers: folders and archives by URL from real servers, those that lie, and those that want a key";

const RUN = "LinearFlow/1795211174306524";
const KEY = { header: "X-Lab-Key", value: "s3cret-of-ana" };

export async function run(t) {
  // One run as a folder and as a zip.
  const folder = join(t.scratch, "served");
  const zip = join(t.fixtures, "broken/bare-store.zip");
  mkdirSync(join(folder, "runs"), { recursive: true });
  execFileSync("python3", ["-m", "zipfile", "-e", zip, join(folder, "runs")]);
  copyFileSync(zip, join(folder, "small.zip"));

  // The browser reports what is not there and what is not shared, and a page cannot keep it from that.
  t.expect(/Failed to load resource|blocked by CORS policy|ERR_FAILED/);

  /** Bytes of bodies that come to a page, and how many requests bring them. */
  const measured = (page) => {
    const sum = { bytes: 0, requests: 0 };
    page.raw.context().on("requestfinished", async (request) => {
      if (request.url().startsWith(t.home.origin)) return;
      sum.requests += 1;
      const sizes = await request.sizes().catch(() => undefined);
      sum.bytes += sizes?.responseBodySize ?? 0;
    });
    return sum;
  };

  const seesTheRun = async (page) => {
    await page.seesRuns(1);
    await page.openRun(RUN.split("/")[1]);
    await page.isAt(RUN);
    await page.openInTree("middle");
    await page.openTask("middle/2");
    await page.seesInLog("stdout", "to stdout");
    await page.openArtifact("title");
    await page.raw.locator(".scalar").waitFor();
    assert.equal(await page.problems(), 0);
  };

  for (const server of ["nginx", "http.server", "s3"]) {
    const real = await t.real(server, folder, "--cors");
    await t.each(["runs/", "runs", "small.zip"], (path) => `${server} gives ${path}`, async (path) => {
      const page = await t.visit();
      const sum = measured(page);
      await page.openUrl(real.url(path));
      await page.seesRuns(1);
      const list = { ...sum };
      await seesTheRun(page);
      t.say(`${path}: run list ${list.bytes} bytes in ${list.requests} requests, with a task and a value ${sum.bytes} in ${sum.requests}`);
    });
  }

  const plain = await t.real("nginx", folder, "--cors", "--no-ranges", "--gzip");
  await t.each(["runs/", "small.zip"], (path) => `nginx without ranges, and packing on the way, gives ${path}`, async (path) => {
    const page = await t.visit();
    await page.openUrl(plain.url(path));
    await seesTheRun(page);
  });

  /** For people to look at, in both themes, wide and narrow. */
  const pictures = async (page, name) => {
    for (const width of [1280, 390]) {
      await page.raw.setViewportSize({ width, height: 900 });
      assert.deepEqual(await page.sideways(), []);
      for (const theme of ["light", "dark"]) {
        await page.raw.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
        await page.picture(join(t.out, `${name}-${width}-${theme}.png`));
      }
    }
    await page.raw.setViewportSize({ width: 1440, height: 900 });
  };

  const mounts = { "/": folder };
  // A browser takes no part that was packed on its way; that there is a whole is found out by asking for it.
  t.expect(/ERR_CONTENT_DECODING_FAILED/);
  for (const [lies, wholes] of [["part", 1], ["packed", 2]]) {
    await t.check(`a server that lies is noticed, and read whole once (${lies})`, async () => {
      const lying = await t.serve({ mounts, cors: "all-with-exposed-headers", lies });
      const page = await t.visit();
      await page.openUrl(lying.url("/small.zip"));
      await seesTheRun(page);
      const whole = lying.requests.filter(({ range, method }) => method === "GET" && !range);
      assert.equal(whole.length, wholes);
    });
  }

  await t.check("a large file is only read whole when somebody says so", async () => {
    const path = "/small.zip";
    const large = await t.serve({ mounts, cors: "all", ranges: false, announce: { [path]: 300_000_000 } });
    const page = await t.visit();
    await page.openUrl(large.url(path));
    const { headline, explanation } = await page.failure();
    assert.equal(headline, "This file has to be read whole");
    assert.match(explanation, /300 MB/);
    await pictures(page, "asks-first");
    delete large.options.announce[path];
    await page.raw.getByRole("button", { name: "Read all of it" }).click();
    await seesTheRun(page);
  });

  await t.check("a size that the page may not see is asked for, and nothing is read whole for it", async () => {
    const large = { "/large.zip": join(t.fixtures, "metaflow/client-api.zip") };
    const hides = await t.serve({ mounts: large, cors: "all" });
    const page = await t.visit(`#/?src=${hides.url("/large.zip")}`);
    await page.raw.getByRole("table", { name: "Runs" }).getByRole("row").nth(1).waitFor();
    const asked = hides.requests.filter(({ range }) => !range);
    assert.deepEqual(asked.map(({ method }) => method), ["HEAD"]);
  });

  await t.check("a server that is busy for a moment is asked again", async () => {
    const busy = await t.serve({ mounts, cors: "all-with-exposed-headers", status: { "/small.zip": 503 } });
    const page = await t.visit();
    const first = new Promise((asked) => {
      page.raw.context().on("response", (response) => response.url().startsWith(busy.origin) && asked());
    });
    await page.openUrl(busy.url("/small.zip"));
    await first;
    busy.options.status = {};
    await seesTheRun(page);
  });

  await t.check("what is missing for other pages is said, with lines to copy", async () => {
    const closed = await t.real("nginx", folder);
    const page = await t.visit();
    await page.openUrl(closed.url("runs/"));
    const { headline, explanation } = await page.failure();
    assert.equal(headline, "The server does not share this file with other pages");
    assert.match(explanation, /lacks Access-Control-Allow-Origin/);
    await pictures(page, "not-shared");
    await page.raw.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.raw.getByRole("button", { name: "Copy the lines for nginx" }).click();
    await page.sees("Lines for nginx copied");
    const copied = await page.raw.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, /add_header Access-Control-Allow-Origin \* always;/);
  });

  await t.check("what is no listing is said", async () => {
    const page = await t.visit();
    await page.openUrl(t.home.url("/some/where/"));
    const { headline, explanation } = await page.failure();
    assert.equal(headline, "This address leads to no runs");
    assert.match(explanation, /a page, “Runglass/);
  });

  /** One of several sources that is not open, unfolded. */
  const notOpen = async (page, name) => {
    const missing = page.raw.getByRole("region", { name: "Sources that are not open" });
    await missing.locator("summary", { hasText: name }).click();
    return missing;
  };

  await t.check("what one of several lacks for other pages is said there, with lines to copy", async () => {
    const [closed, open] = [await t.real("nginx", folder), await t.real("nginx", folder, "--cors")];
    const page = await t.visit(`#/?src=${open.url("small.zip")}&src=${closed.url("runs/")}`);
    await page.seesRuns(1);
    const missing = await notOpen(page, "runs");
    await missing.getByText("add_header Access-Control-Allow-Origin").first().waitFor();
    await pictures(page, "lines-of-one");
  });

  await t.check("a folder without runs beside other sources is looked into until it has some", async () => {
    const [empty, more] = ["nothing", "more"].map((name) => join(t.scratch, name));
    mkdirSync(empty);
    execFileSync("python3", ["-m", "zipfile", "-e", join(t.fixtures, "metaflow/first-light.zip"), more]);
    const [lab, other] = [await t.real("http.server", empty, "--cors"), await t.real("nginx", folder, "--cors")];
    const page = await t.visit(`#/?src=${other.url("small.zip")}&src=${lab.url("")}`);
    await page.seesRuns(1);
    const missing = await notOpen(page, "There are no runs in here yet");
    await missing.getByText("as soon as it can be read").waitFor();
    cpSync(more, lab.root, { recursive: true });
    await missing.waitFor({ state: "detached" });
    await page.raw.getByRole("table", { name: "Runs" }).getByRole("row").filter({ hasText: "HarvestFlow" }).first().waitFor();
  });

  await t.check("without a network, that is said", async () => {
    const page = await t.visit("#/?src=runs/none.zip");
    await page.failure();
    await page.raw.context().setOffline(true);
    t.expect(/https:\/\/runs\.example\.org\/a\.zip|ERR_INTERNET_DISCONNECTED/);
    // Only the address changes: nothing of the page is loaded again.
    await page.raw.evaluate(() => (location.hash = "#/?src=https://runs.example.org/a.zip"));
    await page.isTitled("There is no network");
  });

  await t.check("an address of a file on a disk is told what to do instead", async () => {
    t.expect(/file:\/\/\/home\/ana|URL scheme "file"/);
    const page = await t.visit();
    await page.openUrl("file:///home/ana/runs.zip");
    const { explanation } = await page.failure();
    assert.match(explanation, /no browser gives a page a file by its name/);
    await page.sees("Choose the file or folder here");
  });

  await t.check("an address for other programs is told with the one for browsers", async () => {
    t.expect(/s3:\/\/lab|URL scheme "s3"|ftp:\/\/lab|URL scheme "ftp"|c:\/|URL scheme "c"/);
    const told = async (address) => {
      const page = await t.visit();
      await page.openUrl(address);
      return page.failure();
    };
    const bucket = await told("s3://lab/metaflow/runs.zip");
    assert.equal(bucket.headline, "A page fetches by http and https only");
    assert.match(bucket.explanation, /For browsers it is https:\/\/lab\.s3\.amazonaws\.com\/metaflow\/runs\.zip/);
    assert.match((await told("ftp://lab.example.org/runs.zip")).explanation, /an address for other programs/);
    assert.match((await told("C:\\\\lab\\\\runs.zip")).explanation, /no browser gives a page a file by its name/);
  });

  await t.check("an http address on a page that came by https", async () => {
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(t.scratch, name));
    const names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert, ...names], { stdio: "ignore" });
    const secure = await t.serve({ mounts: { "/": t.dist }, tls: { key: readFileSync(key), cert: readFileSync(cert) } });
    t.expect(/http:\/\/runs\.example\.org/);
    const page = await t.newPage({ vouched: true });
    await page.visit(secure.url("/#/?src=http://runs.example.org/a.zip"));
    const { explanation } = await page.failure();
    assert.match(explanation, /This page was loaded by https, and http:\/\/runs\.example\.org\/a\.zip is http/);
    await page.sees("Use the https address of the file");
  });

  await t.check("an address of a private network that nobody answers", async () => {
    t.expect(/http:\/\/10\.20\.30\.40/);
    const page = await t.visit();
    // As if nobody were there: a test asks nothing beyond this machine.
    await page.raw.context().route("http://10.20.30.40/**", (route) => route.abort("addressunreachable"));
    await page.openUrl("http://10.20.30.40/runs.zip");
    const { explanation } = await page.failure();
    assert.match(explanation, /an address of a private network/);
    await page.sees("Let the browser reach the local network");
  });

  await t.check("a presigned address is opened, and its signature stands in no address, link or storage", async () => {
    const signature = "X-Amz-Credential=AKIAANA&X-Amz-Expires=60&X-Amz-Signature=5ec2e7";
    const bucket = await t.serve({ mounts, cors: "all-with-exposed-headers", signed: signature });
    const page = await t.visit();
    await page.raw.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const hides = async () => {
      await page.raw.getByRole("button", { name: "Copy link to this view" }).click();
      await page.sees(/without your key/);
      const link = await page.raw.evaluate(() => navigator.clipboard.readText());
      assert.match(link, /small\.zip/);
      const kept = await page.raw.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state]));
      for (const text of [link, kept]) assert.ok(!text.includes("5ec2e7"), text.slice(0, 200));
    };
    await page.openUrl(` "${bucket.url(`/small.zip?${signature}`)}"`);
    await seesTheRun(page);
    await hides();
    for (const text of [page.raw.url(), await page.raw.content()]) assert.ok(!text.includes("5ec2e7"), text.slice(0, 200));

    // A reload forgets it: the same file is asked for, by another signature that does not fit first.
    await page.reload();
    assert.equal((await page.failure()).headline, "The server does not give this file to you");
    const give = async (query, path = "/small.zip") => {
      await page.raw.getByLabel("Presigned address").fill(bucket.url(`${path}?${query}`));
      await page.raw.getByRole("button", { name: "Open with this key" }).click();
    };
    await give("X-Amz-Signature=0ld");
    await page.isTitled("The server does not take this key");
    await pictures(page, "wrong-key");
    await give(signature, "/other.zip");
    await page.sees("That is the address of something else");
    await give(signature);
    await page.raw.locator(".scalar").waitFor();

    // Who comes by a link that has it may go in, and hands it on to nobody.
    const other = await t.visit(`#/${RUN}?src=${encodeURIComponent(bucket.url(`/small.zip?${signature}`))}`);
    await other.isAt(RUN);
    await page.raw.close();
    await other.raw.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await other.raw.getByRole("button", { name: "Copy link to this view" }).click();
    await other.sees(/without your key/);
    assert.ok(!(await other.raw.evaluate(() => navigator.clipboard.readText())).includes("5ec2e7"));
  });

  await t.check("the path of a file of this machine is told for what it is", async () => {
    const page = await t.visit();
    for (const path of ["~/lab/.metaflow", "/home/ana/runs.zip"]) {
      await page.openUrl(path);
      assert.match((await page.failure()).advice[0], /^No page can open a path of this machine/);
      await page.home();
    }
  });

  const keyed = await t.serve({ mounts, cors: "all-with-exposed-headers", needs: KEY });

  await t.check("a host that wants a key is opened with it, and the key goes nowhere else", async () => {
    const page = await t.visit();
    await page.raw.getByText("Needs a key?").click();
    await page.raw.getByRole("textbox", { name: "Header" }).fill(KEY.header);
    await page.raw.getByLabel("Key", { exact: true }).fill(KEY.value);
    await pictures(page, "needs-a-key");
    await page.openUrl(keyed.url("/small.zip"));
    await seesTheRun(page);
    await page.raw.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.raw.getByRole("button", { name: "Copy link to this view" }).click();
    await page.sees(/without your key/);
    const link = await page.raw.evaluate(() => navigator.clipboard.readText());
    assert.match(link, /small\.zip/);
    const kept = await page.raw.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state]));
    for (const text of [link, kept, page.raw.url(), await page.raw.content()]) assert.ok(!text.includes(KEY.value), text.slice(0, 200));
    const elsewhere = t.home.requests.filter(({ key }) => key !== undefined);
    assert.deepEqual(elsewhere, []);

    // A reload forgets it, and the host asks again.
    await page.reload();
    const { headline } = await page.failure();
    assert.equal(headline, "The server asks who you are");
    await pictures(page, "asks-for-a-key");
    await page.raw.locator(".unlock-asked .btn-primary", { hasText: "Open with this key" }).waitFor();
    assert.equal(await page.raw.locator("main .btn-primary").count(), 1);
    const fields = await page.raw.locator(".unlock-asked .field").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
    assert.equal(fields.length, 3);
    for (const [above, below] of [fields.slice(0, 2), fields.slice(1)]) assert.ok(below.top - above.bottom >= 6, `${above.bottom} and ${below.top}`);
    await page.raw.getByRole("textbox", { name: "Header" }).fill(KEY.header);
    await page.raw.getByLabel("Key", { exact: true }).fill("guessed");
    await page.raw.getByRole("button", { name: "Open with this key" }).click();
    await page.isTitled("The server does not take this key");
    assert.match((await page.failure()).explanation, /The X-Lab-Key that you typed in was sent along/);
    await page.raw.getByRole("textbox", { name: "Header" }).fill(KEY.header);
    await page.raw.getByLabel("Key", { exact: true }).fill(KEY.value);
    await page.raw.keyboard.press("Enter");
    await page.raw.locator(".scalar").waitFor();
    await page.hasFocus(page.raw.getByRole("main"));
  });

  await t.check("what no page may send is called so", async () => {
    const page = await t.visit();
    await page.raw.getByText("Needs a key?").click();
    await page.raw.getByRole("textbox", { name: "Header" }).fill("Cookie");
    await page.raw.getByLabel("Key", { exact: true }).fill("session=1");
    await page.openUrl(keyed.url("/small.zip"));
    await page.sees("No page may send Cookie");
  });

  await t.check("a key that runs out while runs are looked at can be given anew", async () => {
    const large = { "/large.zip": join(t.fixtures, "metaflow/client-api.zip") };
    const lab = await t.serve({ mounts: large, cors: "all-with-exposed-headers", needs: { ...KEY } });
    const page = await t.visit();
    const give = async (value) => {
      await page.raw.getByRole("textbox", { name: "Header" }).fill(KEY.header);
      await page.raw.getByLabel("Key", { exact: true }).fill(value);
    };
    await page.raw.getByText("Needs a key?").click();
    await give(KEY.value);
    await page.openUrl(lab.url("/large.zip"));
    const row = page.raw.getByRole("table", { name: "Runs" }).getByRole("row").filter({ hasText: "1795247993169861" }).first();
    await row.waitFor();
    await row.getByRole("link").first().click();
    await page.raw.getByRole("tablist", { name: "This run" }).waitFor();
    lab.options.needs.value = "the-one-of-today";
    await page.raw.getByRole("tab", { name: "Code" }).click();
    const locked = page.raw.getByText("large.zip wants a key by now");
    await locked.waitFor();
    await pictures(page, "key-has-run-out");
    await page.raw.getByRole("main").getByRole("button", { name: "Give the key" }).click();
    await page.isTitled("The server does not take this key");
    await give("the-one-of-today");
    await page.raw.keyboard.press("Enter");
    await page.raw.getByRole("region", { name: "Source" }).waitFor();
    await locked.waitFor({ state: "detached" });
  });
}
