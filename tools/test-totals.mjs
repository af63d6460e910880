// Says what a Vitest JSON report found, as `N passed, N failed`. Plain JavaScript: it runs on whatever Node the system has.
import { readFileSync } from 'node:fs';

const [path, exitCode] = process.argv.slice(2);
let passed = 0;
let failed = 0;
try {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  passed = report.numPassedTests;
  // A file that cannot be loaded has no tests that could fail.
  failed =
    report.numFailedTests +
    report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  // Not in the last line, and not silent either.
  for (const file of report.testResults) {
    for (const test of file.assertionResults) if (test.status === 'pending') console.log(`skipped: ${test.fullName}`);
  }
} catch (error) {
  console.error(`no report of the tests: ${error.message}`);
}
// Errors outside of tests, and a run that ended before its report.
if (failed === 0 && (exitCode !== '0' || passed === 0)) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
