// Builds weixi/web/static/dist: hashed css and js, the icon sprite, a manifest, and the licences.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, watch, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "..", "static", "dist");
// So many days after it was replaced a file is kept for servers that have not been restarted since.
const KEEP_DAYS = 7;
const alone = process.argv.includes("--alone");
const read = (path) => readFileSync(join(here, path), "utf8");

/** Eight upper-case letters or digits, as esbuild names its own files. */
function hash(text) {
  const digest = createHash("sha256").update(text).digest();
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return Array.from(digest.subarray(0, 8), (byte) => alphabet[byte % 32]).join("");
}

/** The dark values a second time, for people whose theme follows their system. */
const darkTwice = {
  name: "dark-twice",
  setup(builder) {
    builder.onLoad({ filter: /css[\\/]dark\.css$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      const auto = text.replace('[data-theme="dark"]', ':root[data-theme="auto"]');
      return { contents: `${text}\n@media screen and (prefers-color-scheme: dark) {\n${auto}\n}`, loader: "css" };
    });
  },
};

function sprite() {
  const symbols = Object.entries(JSON.parse(read("icons.json"))).map(([name, source]) => {
    const svg = read(`node_modules/@tabler/icons/icons/outline/${source}.svg`);
    const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    const shapes = inner.replace(/<path stroke="none"[^>]*\/>/g, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="i-${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

function licences() {
  const parts = ["htmx.org", "@tabler/icons"].map((name) => {
    const { version, license } = JSON.parse(read(`node_modules/${name}/package.json`));
    const file = readdirSync(join(here, "node_modules", name)).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${version} (${license})\n\n${file ? read(`node_modules/${name}/${file}`) : ""}`;
  });
  return parts.join("\n" + "-".repeat(72) + "\n\n");
}

/** Write beside and rename: whoever reads meanwhile has the old content or the new one. */
function put(name, content) {
  writeFileSync(join(dist, `${name}.part`), content);
  renameSync(join(dist, `${name}.part`), join(dist, name));
}

/** A file under its hash never changes: one that is there already stays as it is. */
function putHashed(name, content) {
  if (!existsSync(join(dist, name))) put(name, content);
}

/** The names that were given out until now; their files count as replaced from now on. */
function replaced() {
  const before = join(dist, "manifest.json");
  if (!existsSync(before)) return;
  for (const name of Object.values(JSON.parse(readFileSync(before, "utf8")))) {
    if (existsSync(join(dist, name))) utimesSync(join(dist, name), new Date(), new Date());
  }
}

/** A server that is running goes on with the files it began with; what was replaced long ago goes. */
function tidy(names) {
  const oldest = alone ? Infinity : Date.now() - KEEP_DAYS * 86400000;
  for (const name of readdirSync(dist)) {
    if (!names.includes(name) && statSync(join(dist, name)).mtimeMs < oldest) rmSync(join(dist, name));
  }
}

async function run() {
  mkdirSync(dist, { recursive: true });
  const result = await build({
    absWorkingDir: here,
    entryPoints: { app: "js/app.js", style: "css/app.css", early: "js/early.js" },
    outdir: dist,
    entryNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome109", "firefox115", "safari16.4"],
    legalComments: "none",
    metafile: true,
    write: false,
    plugins: [darkTwice],
    logLevel: "warning",
  });
  const manifest = {};
  for (const [file, output] of Object.entries(result.metafile.outputs)) {
    if (output.entryPoint) manifest[output.entryPoint.replace("css/app.css", "style.css").replace("js/", "")] = basename(file);
  }
  for (const { path, contents } of result.outputFiles) putHashed(basename(path), contents);
  const icons = sprite();
  for (const [name, text] of [["icons.svg", icons], ["logo.svg", read("logo.svg")]]) {
    const [stem, end] = name.split(".");
    manifest[name] = `${stem}-${hash(text)}.${end}`;
    putHashed(manifest[name], text);
  }
  put("LEGAL.txt", licences());
  replaced();
  // Last of all: from now on the new names are given out.
  put("manifest.json", JSON.stringify(manifest, null, 2) + "\n");
  tidy([...Object.values(manifest), "LEGAL.txt", "manifest.json"]);
  console.log(Object.values(manifest).join("  "));
}

await run();
if (process.argv.includes("--watch")) {
  let timer;
  for (const folder of ["css", "js"]) {
    watch(join(here, folder), () => {
      clearTimeout(timer);
      timer = setTimeout(() => run().catch((error) => console.error(error.message)), 60);
    });
  }
}
