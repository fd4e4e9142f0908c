// Province, city and district follow one another without a new page.
export function regions() {
  document.addEventListener("change", async (event) => {
    const box = event.target.closest("[data-regions]");
    if (!box || event.target.name === "region") return;
    const [, city, district] = box.querySelectorAll("select");
    const isProvince = event.target.name === "province";
    for (const select of isProvince ? [city, district] : [district]) select.length = 1;
    if (!event.target.value) return;
    const target = isProvince ? city : district;
    const found = await children(box.dataset.regions, event.target.value);
    target.append(...found.map((region) => new Option(region.name, region.code)));
    if (found.length === 1) {
      target.selectedIndex = 1;
      target.dispatchEvent(new Event("change", { bubbles: true }));
    }
    // A city without districts is itself what an address names.
    if (!isProvince && !found.length) {
      district.append(new Option(event.target.selectedOptions[0].text, event.target.value, true, true));
    }
  });
}

async function children(address, parent) {
  const url = new URL(address, location.href);
  url.searchParams.set("parent", parent);
  url.searchParams.set("lang", document.documentElement.lang);
  try {
    return (await (await fetch(url, { headers: { Accept: "application/json" } })).json()).items ?? [];
  } catch {
    return [];
  }
}
