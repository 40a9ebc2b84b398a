import { defineConfig, globalIgnores } from "eslint/config";
import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

// Time, randomness and I/O enter the pure folders as arguments only, so that a decision can be replayed.
const impureGlobals = ["Date", "performance", "process", "console", "fetch", "setTimeout", "setInterval"];

export default defineConfig(
  globalIgnores(["node_modules", ".cache", ".demo", "coverage", "**/dist"]),
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    rules: {
      complexity: ["error", 10],
      "max-depth": ["error", 3],
      "max-params": ["error", 4],
      "max-lines": ["error", 300],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["autoscaler/src/core/**", "autoscaler/src/ports/**", "autoscaler/src/control/**"],
    rules: {
      "no-restricted-globals": [
        "error",
        ...impureGlobals.map((name) => ({ name, message: "Take it as an argument or through a port." })),
      ],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Take a random number as an argument." },
      ],
    },
  },
  {
    files: ["autoscaler/src/{adapters,observe,config,cli}/**", "runtime/src/**"],
    ignores: ["**/main.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "Only main reads the environment." },
      ],
    },
  },
  {
    files: ["test/**"],
    rules: { "max-lines": "off", "@typescript-eslint/no-non-null-assertion": "off" },
  },
  { files: ["**/*.js"], extends: [tseslint.configs.disableTypeChecked] },
);
