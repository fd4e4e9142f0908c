// Province, city and district follow one another without a new page.
export function regions() {
  document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-regions]");
    if (box && event.target.name !== "region") follow(box, event.target);
  });
  // Somebody may have chosen before this ran, and some browsers put back what was chosen before a page was left.
  for (const box of document.querySelectorAll("[data-regions]")) {
    const [province, city] = box.querySelectorAll("select");
    if (province.value && city.length === 1) follow(box, province);
  }
}

async function follow(box, chosen) {
  const [, city, district] = box.querySelectorAll("select");
  const isProvince = chosen.name === "province";
  for (const select of isProvince ? [city, district] : [district]) select.length = 1;
  const parent = chosen.value;
  if (!parent) return;
  const found = await children(box.dataset.regions, parent);
  // Away, or chosen anew meanwhile.
  if (!found || chosen.value !== parent) return;
  const target = isProvince ? city : district;
  target.append(...found.map((region) => new Option(region.name, region.code)));
  if (found.length === 1) {
    target.selectedIndex = 1;
    target.dispatchEvent(new Event("change", { bubbles: true }));
  }
  // A city without districts is itself what an address names.
  if (!isProvince && !found.length) {
    district.append(new Option(chosen.selectedOptions[0].text, chosen.value, true, true));
  }
}

async function children(address, parent) {
  const url = new URL(address, location.href);
  url.searchParams.set("parent", parent);
  url.searchParams.set("lang", document.documentElement.lang);
  try {
    return (await (await fetch(url, { headers: { Accept: "application/json" } })).json()).items;
  } catch {
    return undefined;
  }
}
