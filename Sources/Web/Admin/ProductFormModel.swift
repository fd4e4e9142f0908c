import Catalog
import Flows
import Pages
import Values

/// The values of a product's form, in the names of its template.
struct ProductFormModel {
  let form: ProductForm
  let faults: FieldFaults
  let words: Words
  /// Addresses of pictures that aren't files of the shop's yet are drawn for it.
  let product: ProductID?
  /// Free units by variant, as text.
  let stock: [String: String]

  private var limits: DraftLimits { .standard }

  func model(refusal: String?) -> Model {
    var model = Model(ProductForm.texts.map { ($0, field($0, form.text[$0] ?? "")) })
    model["hasFaults"] = !faults.isEmpty
    model["faults"] = faults.faults.map { fault -> Model in
      let place = place(of: fault.field)
      var text = words.fault(fault)
      if let label = words["productField.\(Self.name(of: place))"] {
        text = words.phrase("form.faultOf", ["field": label, "fault": text])
      }
      return ["text": text, "address": "#\(place)", "field": place]
    }
    if let refusal { model["refusal"] = refusal }
    model["options"] = form.options.indices.map { option($0) }
    model["hasOptions"] = !form.options.isEmpty
    model["mayAddOption"] = form.options.count < limits.options
    model["attributes"] = form.attributes.indices.map { attribute($0) }
    model["mayAddAttribute"] = form.attributes.count < limits.attributes
    model["variants"] = form.variants.indices.map { variant($0) }
    model["lacksVariants"] = form.variants.count < form.options.reduce(1) { min($0 * $1.values.count, 100_000) }
    model["pictures"] = form.pictures.indices.map { picture($0) }
    model["hasPictures"] = !form.pictures.isEmpty
    return model
  }

  /// The pictures that an introduction may show.
  var chosenByEditor: [Model] {
    form.pictures.enumerated().filter { !$1.file.isEmpty }.map { index, picture in
      let name = LocalizedText(en: picture.en, zhHans: picture.zh)[words.language]
      return ["value": picture.file, "name": name.isEmpty ? String(index + 1) : name]
    }
  }

  /// The field of the form that a fault is about; of a text in two languages, the one that is wrong.
  private func place(of fault: String) -> String {
    let steps = fault.split(separator: ".").map(String.init)
    let row = steps.count > 1 ? Int(steps[1]) ?? -1 : -1
    switch (steps.first ?? "", steps.last ?? "", steps.count) {
    case ("title", _, 1): return wrong("title", "En", "Zh", text("titleEn"), text("titleZh"), limits.title)
    case ("subtitle", _, 1):
      return wrong("subtitle", "En", "Zh", text("subtitleEn"), text("subtitleZh"), limits.subtitle)
    case ("introduction", _, 1):
      let isShort = text("introductionEn").unicodeScalars.count <= limits.introduction
      return isShort && text("introductionZh").unicodeScalars.count > limits.introduction
        ? "introductionZh" : "introductionEn"
    case ("tags", _, _): return "tags"
    case ("prices", _, 2): return "variants.\(row).price"
    case ("variants", "weightGrams", 3): return "variants.\(row).weight"
    case ("variants", "choice", 3): return "variants.\(row).sku"
    case ("options", "values", 3): return "options.\(row).nameEn"
    default: return placeInRow(fault, steps, row)
    }
  }

  private func placeInRow(_ fault: String, _ steps: [String], _ row: Int) -> String {
    let name = steps.prefix(2).joined(separator: ".")
    switch (steps.first ?? "", steps.last ?? "", steps.count) {
    case ("options", "name", 3) where form.options.indices.contains(row):
      let option = form.options[row]
      return wrong("\(name).name", "En", "Zh", option.en, option.zh, limits.optionName)
    case ("options", let last, 4) where form.options.indices.contains(row):
      guard let at = Int(last), form.options[row].values.indices.contains(at) else { return fault }
      let value = form.options[row].values[at]
      return wrong("\(fault).", "en", "zh", value.en, value.zh, limits.optionValue)
    case ("attributes", "name", 3) where form.attributes.indices.contains(row):
      let attribute = form.attributes[row]
      return wrong("\(name).name", "En", "Zh", attribute.en, attribute.zh, limits.attributeName)
    case ("attributes", "value", 3) where form.attributes.indices.contains(row):
      let attribute = form.attributes[row]
      return wrong("\(name).value", "En", "Zh", attribute.valueEn, attribute.valueZh, limits.attributeText)
    case ("pictures", "alternative", 3) where form.pictures.indices.contains(row):
      let picture = form.pictures[row]
      return wrong("\(name).alt", "En", "Zh", picture.en, picture.zh, limits.alternative)
    default: return fault
    }
  }

  private func text(_ name: String) -> String { form.text[name] ?? "" }

  private func wrong(
    _ name: String, _ first: String, _ second: String, _ en: String, _ zh: String, _ most: Int
  ) -> String {
    func isSound(_ text: String) -> Bool {
      var faults = FieldFaults()
      _ = faults.text(text, "text", max: most, required: false)
      return faults.isEmpty
    }
    return name + (isSound(en) && !isSound(zh) ? second : first)
  }

  /// What a field is called, whichever row it is of.
  static func name(of place: String) -> String {
    let steps = place.split(separator: ".").map(String.init)
    guard steps.count > 1, let last = steps.last(where: { Int($0) == nil }) else { return place }
    return last == "en" ? "value" : last
  }

  private func field(_ name: String, _ value: String, longest: Int? = nil) -> Model {
    var model: Model = ["name": name, "value": value, "label": words["productField.\(Self.name(of: name))"] ?? ""]
    if let longest { model["longest"] = String(longest) }
    if let fault = faults.faults.first(where: { place(of: $0.field) == name }) {
      model["fault"] = words.fault(fault)
    }
    return model
  }

  // MARK: Rows

  private func option(_ index: Int) -> Model {
    let option = form.options[index]
    let name = "options.\(index)"
    return [
      "index": String(index), "heading": words.phrase("goods.option", ["number": String(index + 1)]),
      "nameEn": field("\(name).nameEn", option.en, longest: limits.optionName),
      "nameZh": field("\(name).nameZh", option.zh, longest: limits.optionName),
      "mayAddValue": option.values.count < limits.optionValues,
      "values": option.values.enumerated().map { place, value -> Model in
        let row = "\(name).values.\(place)"
        return [
          "place": "\(index).\(place)", "kept": "\(row).kept", "isKept": !value.isNew,
          "en": field("\(row).en", value.en, longest: limits.optionValue),
          "zh": field("\(row).zh", value.zh, longest: limits.optionValue),
          "called": value.en.isEmpty ? value.zh : value.en,
        ]
      },
    ]
  }

  private func attribute(_ index: Int) -> Model {
    let row = form.attributes[index]
    let name = "attributes.\(index)"
    return [
      "index": String(index), "kind": "\(name).kind",
      "nameEn": field("\(name).nameEn", row.en, longest: limits.attributeName),
      "nameZh": field("\(name).nameZh", row.zh, longest: limits.attributeName),
      "valueEn": field("\(name).valueEn", row.valueEn, longest: limits.attributeText),
      "valueZh": field("\(name).valueZh", row.valueZh, longest: limits.attributeText),
      "unit": field("\(name).unit", row.unit, longest: limits.attributeUnit),
      "called": row.en.isEmpty ? row.zh : row.en,
      "kinds": ProductForm.Attribute.Kind.allCases.map { kind -> Model in
        [
          "kindValue": kind.rawValue, "kindName": words["goods.kinds.\(kind.rawValue)"] ?? "",
          "isChosen": kind == row.kind,
        ]
      },
    ]
  }

  private func variant(_ index: Int) -> Model {
    let row = form.variants[index]
    let name = "variants.\(index)"
    return [
      "id": field("\(name).id", row.id),
      "choice": field("\(name).choice", row.choice.map(String.init).joined(separator: "-")),
      "called": called(row), "sku": field("\(name).sku", row.sku, longest: limits.sku),
      "barcode": field("\(name).barcode", row.barcode, longest: limits.barcode),
      "price": field("\(name).price", row.price, longest: 20), "list": field("\(name).list", row.list, longest: 20),
      "weight": field("\(name).weight", row.weight, longest: 7),
      "picture": field("\(name).picture", ""), "shipsName": "\(name).ships", "dropName": "\(name).drop",
      "ships": row.ships, "isDropped": row.isDropped, "stock": stock[row.id] ?? "–",
      "choices": form.pictures.indices.map { place -> Model in
        ["pictureValue": String(place), "pictureNumber": String(place + 1), "isChosen": row.picture == place]
      },
    ]
  }

  /// The chosen values, or that there is nothing to choose.
  private func called(_ row: ProductForm.Variant) -> String {
    let chosen = zip(form.options, row.choice).compactMap { option, value -> String? in
      guard option.values.indices.contains(value) else { return nil }
      let value = option.values[value]
      return LocalizedText(en: value.en, zhHans: value.zh)[words.language]
    }
    let text = chosen.joined(separator: words["goods.comma"] ?? ", ")
    return text.isEmpty ? words["goods.single"] ?? "" : text
  }

  private func picture(_ index: Int) -> Model {
    let row = form.pictures[index]
    let name = "pictures.\(index)"
    var address = row.file.isEmpty ? "" : "/media/\(row.file)"
    if address.isEmpty, let product { address = Addresses.picture(nil, of: product) }
    return [
      "index": String(index), "address": address, "number": String(index + 1),
      "file": field("\(name).file", row.file), "source": field("\(name).source", row.source),
      "position": field("\(name).position", String(index + 1)),
      "altEn": field("\(name).altEn", row.en, longest: limits.alternative),
      "altZh": field("\(name).altZh", row.zh, longest: limits.alternative), "isFirst": index == 0,
      "isLast": index == form.pictures.count - 1,
    ]
  }
}
