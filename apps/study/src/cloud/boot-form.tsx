import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { boot } from './requests.ts';
import { type Flavor, type Image, imageFault } from './servers.ts';

interface BootFormProps {
  readonly flavors: readonly Flavor[];
  readonly images: readonly Image[];
  readonly nameField: RefObject<HTMLInputElement | null>;
  readonly onBooted: () => void;
}

const MOST_AT_ONCE = 100;

/** Boots one or several instances: the same request that `openstack server create` sends. */
export function BootForm({ flavors, images, nameField, onBooted }: BootFormProps) {
  const name = useSignal('first');
  const flavorId = useSignal('');
  const imageId = useSignal('');
  const count = useSignal(1);
  const isSending = useSignal(false);
  const flavor = flavors.find(({ id }) => id === flavorId.value) ?? flavors[0];
  const fitting = flavor === undefined ? [] : images.filter((one) => imageFault(one, flavor) === undefined);
  const image = fitting.find(({ id }) => id === imageId.value) ?? fitting[0];

  const submit = (event: Event) => {
    event.preventDefault();
    if (flavor === undefined || image === undefined || isSending.peek()) return;
    isSending.value = true;
    const wish = { name: name.peek().trim(), flavorRef: flavor.id, imageRef: image.id, count: count.peek() };
    void boot(wish).then(() => {
      isSending.value = false;
      onBooted();
    });
  };
  return (
    <form class="boot" aria-labelledby="boot-title" onSubmit={submit}>
      <h2 id="boot-title">Boot an instance</h2>
      <label>
        <span>Name</span>
        <input
          ref={nameField}
          type="text"
          value={name.value}
          required
          maxLength={255}
          spellcheck={false}
          autocomplete="off"
          onInput={(event) => {
            name.value = event.currentTarget.value;
          }}
        />
      </label>
      <label>
        <span>Flavor</span>
        <select
          value={flavor?.id}
          onChange={(event) => {
            flavorId.value = event.currentTarget.value;
          }}
        >
          {flavors.map(({ id, name: its, vcpus, ram, disk }) => (
            <option key={id} value={id}>
              {its}: {vcpus} vCPU, {ram} MiB, {disk} GiB
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Image</span>
        <select
          value={image?.id}
          onChange={(event) => {
            imageId.value = event.currentTarget.value;
          }}
        >
          {images.map((one) => {
            const fault = flavor && imageFault(one, flavor);
            return (
              <option key={one.id} value={one.id} disabled={fault !== undefined}>
                {one.name}
                {fault !== undefined && ` (${fault})`}
              </option>
            );
          })}
        </select>
      </label>
      <label>
        <span>How many</span>
        <input
          type="number"
          min={1}
          max={MOST_AT_ONCE}
          required
          value={count.value}
          onInput={(event) => {
            count.value = event.currentTarget.valueAsNumber;
          }}
        />
      </label>
      <button type="submit" aria-disabled={isSending.value}>
        Boot
      </button>
      {flavor !== undefined && image === undefined && <p class="soft">No image fits into {flavor.name}.</p>}
    </form>
  );
}
