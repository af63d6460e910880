/** Whether there is room for the panel beside the list; `cloud.css` has the same number. Else it stands above. */
export function isPanelBeside(): boolean {
  return !matchMedia('(max-width: 64rem)').matches;
}
