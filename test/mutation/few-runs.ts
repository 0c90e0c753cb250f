// Property tests with the same few inputs each time: thousands of changes are judged one after the other.
import { configureGlobal } from 'fast-check';

configureGlobal({ numRuns: 40, seed: 1 });
