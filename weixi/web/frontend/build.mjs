// Builds weixi/web/static/dist: hashed css and js, the icon sprite, a manifest, and the licences.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, watch, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "..", "static", "dist");
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

async function run() {
  rmSync(dist, { recursive: true, force: true });
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
    plugins: [darkTwice],
    logLevel: "warning",
  });
  const manifest = {};
  for (const [file, output] of Object.entries(result.metafile.outputs)) {
    if (output.entryPoint) manifest[output.entryPoint.replace("css/app.css", "style.css").replace("js/", "")] = basename(file);
  }
  const icons = sprite();
  for (const [name, text] of [["icons.svg", icons], ["logo.svg", read("logo.svg")]]) {
    const [stem, end] = name.split(".");
    manifest[name] = `${stem}-${hash(text)}.${end}`;
    writeFileSync(join(dist, manifest[name]), text);
  }
  writeFileSync(join(dist, "LEGAL.txt"), licences());
  writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
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
