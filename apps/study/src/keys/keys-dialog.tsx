import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { keyGroups } from './key-map.ts';

/** Whether the list of keys is open. */
export const isKeysOpen = signal(false);

/** Every key that does something on the page as it is now. */
export function KeysDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = isKeysOpen.value;
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);

  const close = () => {
    isKeysOpen.value = false;
  };
  return (
    <dialog ref={dialog} class="keys-dialog" aria-labelledby="keys-title" onClose={close}>
      <header>
        <h2 id="keys-title">Keys</h2>
        <button type="button" onClick={close}>
          Close
        </button>
      </header>
      {isOpen &&
        keyGroups.value.toReversed().map(({ title, bindings }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {bindings.map(({ keys, does }) => (
                <>
                  <dt>
                    {keys.map((key) => (
                      <>
                        <kbd key={key}>{NAMES[key] ?? key}</kbd>{' '}
                      </>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </>
              ))}
            </dl>
          </section>
        ))}
    </dialog>
  );
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  ' ': 'Space',
};
