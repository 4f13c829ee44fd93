// A setup file of vitest. Many test files share a process, and one engine in it blocks loaders for all of them. So no file
// can use such a loader, whatever ran before it.
import { setUpSharp } from '../set-up-sharp.js';

setUpSharp();
