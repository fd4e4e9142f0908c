import Flows
import Imports
import Merchants
import Pages
import Values

/// Files of goods as their desk shows them.
struct ImportModel: Sendable {
  private let words: Words
  private let format: Format
  private let merchants: [MerchantID: String]

  init(_ words: Words, merchants: [Merchant]) {
    self.words = words
    format = Format(words.language)
    self.merchants = Dictionary(
      merchants.map { ($0.id, $0.name[words.language]) }, uniquingKeysWith: { first, _ in first })
  }

  /// The page of one.
  func whole(_ run: ImportRun, by author: String?) -> Model {
    let figures = run.figures
    var model: Model = [
      "heading": run.fileName, "backURL": Addresses.goodsImport, "address": Addresses.desk(run.id),
      "state": state(run), "merchant": merchant(run), "createdAt": format.dateTime(run.createdAt),
      "by": author ?? words["imports.gone"] ?? "", "size": Self.size(run.size),
      "stock": words["imports.stocks.\(run.rules.stock.rawValue)"] ?? "",
      "isWorking": ImportState.working.contains(run.state), "isReady": run.state == .ready,
      "isOver": run.state == .done, "isRun": run.startedAt != nil, "percent": String(figures.percent),
      "progress": words.phrase(
        "imports.progress", ["done": String(figures.done), "products": String(figures.products)]),
      "hasFigures": figures.products > 0, "figures": Self.figures(figures),
      "decisions": decisions(run), "hasNotes": figures.refused + figures.warnings > 0,
      "errorsURL": "\(Addresses.desk(run.id))/errors",
      "noteCount": words.phrase(
        "imports.noteCount", count: figures.warnings, ["refused": String(figures.refused)]),
      "isCapped": figures.refused + figures.warnings > ImportRun.mostNotes,
    ]
    if let fault = run.fault {
      let fallback = words["imports.faults.broken"] ?? fault.code
      model["fault"] = words["imports.faults.\(fault.code)"] ?? fallback
    }
    if let started = run.startedAt { model["startedAt"] = format.dateTime(started) }
    if let finished = run.finishedAt { model["finishedAt"] = format.dateTime(finished) }
    if let preview = run.preview { model["preview"] = self.preview(preview) }
    return model
  }

  func notes(_ notes: [ImportNote]) -> Model { ["notes": notes.map(note)] }

  private func note(_ note: ImportNote) -> Model {
    var model: Model = [
      "line": String(note.line), "handle": note.handle, "column": note.column ?? "",
      "kind": kind(note), "mark": note.isWarning ? "warn" : "alert", "colour": note.isWarning ? "amber" : "red",
      "what": what(note), "particulars": note.reason,
    ]
    // The particulars are English, and say all where English is read.
    if words.language == .en {
      model["what"] = note.reason
      model["particulars"] = false
    }
    return model
  }

  /// A row of the file of what was found.
  func cells(_ note: ImportNote) -> [String] {
    [String(note.line), note.handle, note.column ?? "", kind(note), what(note), note.reason]
  }

  private func kind(_ note: ImportNote) -> String {
    words[note.isWarning ? "imports.kinds.warning" : "imports.kinds.refused"] ?? ""
  }

  private func what(_ note: ImportNote) -> String {
    words["imports.codes.\(note.code)"] ?? words["imports.codes.other"] ?? note.code
  }

  func merchant(_ run: ImportRun) -> String {
    guard let id = run.merchant else { return words["imports.byFile"] ?? "" }
    return merchants[id] ?? id.description
  }

  func state(_ run: ImportRun) -> Model {
    let (kind, icon) =
      switch run.state {
      case .arriving, .checking, .waiting, .running: ("sky", "clock")
      case .ready: ("amber", "info")
      case .stopped: ("grey", "minus")
      case .done: ("green", "check")
      case .failed: ("red", "alert")
      case .dropped: ("grey", "cross")
      }
    return ["kind": kind, "icon": icon, "text": words["imports.states.\(run.state.rawValue)"] ?? run.state.rawValue]
  }

  /// In a line: how far it is, or what came of it.
  func sentence(_ run: ImportRun) -> String {
    let figures = run.figures
    if ImportState.working.contains(run.state) {
      return words.phrase("imports.progress", ["done": String(figures.done), "products": String(figures.products)])
    }
    return words.phrase(
      "imports.outcome",
      [
        "created": String(figures.created), "updated": String(figures.updated),
        "unchanged": String(figures.unchanged), "refused": String(figures.refused),
      ])
  }

  private static func figures(_ figures: ImportFigures) -> Model {
    [
      "rows": String(figures.rows), "products": String(figures.products), "created": String(figures.created),
      "updated": String(figures.updated), "unchanged": String(figures.unchanged), "refused": String(figures.refused),
      "warnings": String(figures.warnings),
    ]
  }

  private func decisions(_ run: ImportRun) -> [Model] {
    ImportDecision.allCases.filter { run.state.allows($0) && (run.hasFile || $0 == .drop) }.map { decision in
      let look = decision == .start || decision == .resume ? "first" : "second"
      return ["value": decision.rawValue, "name": words["imports.decisions.\(decision.rawValue)"] ?? "", "look": look]
    }
  }

  private func preview(_ preview: ImportPreview) -> Model {
    let delimiter = [",": "comma", ";": "semicolon", "\t": "tab"][preview.delimiter] ?? "comma"
    return [
      "encoding": preview.encoding, "delimiter": words["imports.delimiters.\(delimiter)"] ?? "",
      "columns": preview.columns.map { column -> Model in
        var model: Model = ["name": column.name, "isIdle": column.isIdle, "isKept": column.meaning == nil]
        if let meaning = column.meaning { model["meaning"] = meaning }
        return model
      },
      "samples": preview.samples.map(sample), "hasSamples": !preview.samples.isEmpty,
      "figures": Self.figures(preview.figures),
      "newCategories": preview.newCategories, "hasNewCategories": preview.newCategoryCount > 0,
      "newCategoryCount": words.phrase("imports.newCategories", count: preview.newCategoryCount),
      "newBrands": preview.newBrands, "hasNewBrands": preview.newBrandCount > 0,
      "newBrandCount": words.phrase("imports.newBrands", count: preview.newBrandCount),
    ]
  }

  private func sample(_ sample: ImportPreview.Sample) -> Model {
    [
      "line": String(sample.line), "handle": sample.handle, "title": sample.title[words.language],
      "category": sample.category[words.language], "brand": sample.brand, "variants": String(sample.variants),
      "price": sample.lowest.map(format.money) ?? "",
      "outcome": words["imports.outcomes.\(sample.outcome.rawValue)"] ?? "",
      "isRefused": sample.outcome == .refused,
    ]
  }

  /// `1.4 MB`, `12 kB`.
  static func size(_ bytes: Int) -> String {
    guard bytes >= 1 << 20 else { return "\(max(1, bytes / 1024)) kB" }
    let tenths = bytes * 10 / (1 << 20)
    return "\(tenths / 10).\(tenths % 10) MB"
  }
}
