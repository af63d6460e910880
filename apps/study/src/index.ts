/** Where the built pages are, once `npm run build` has made them: what the observer serves. */
export const studyFolder: URL = new URL('../dist/', import.meta.url);
