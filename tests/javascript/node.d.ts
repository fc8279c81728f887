// The parts of Node that the tests use; its types would be a package of their own.
declare module "node:assert/strict";
declare module "node:test";
