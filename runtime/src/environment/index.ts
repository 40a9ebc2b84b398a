export { Environment, type Variables } from "./environment.ts";
