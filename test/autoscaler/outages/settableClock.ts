/** Loaded before a program: its wall clock is off by the seconds in OFFSET_FILE, read again at each SIGUSR2. */
import { readFileSync } from "node:fs";

const realNow = Date.now.bind(Date);
const file = process.env["OFFSET_FILE"] ?? "";
let offset = 0;

process.on("SIGUSR2", () => {
  offset = Number(readFileSync(file, "utf8")) * 1000;
});

Date.now = () => realNow() + offset;
