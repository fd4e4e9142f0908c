import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Search
import Values

/// `/admin/search/synonyms`: words that find one another's goods, as a list and one group after another.
struct SynonymsDesk: Sendable {
  static let listName = "searchSynonyms"
  private static let perPage = 50
  private static let newAddress = "\(Addresses.synonymsDesk)/new"

  private let frame: SearchFrame
  private var maker: PageMaker { frame.maker }

  init(_ frame: SearchFrame) { self.frame = frame }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/search/synonyms") { request, context in
      try await list(try frame.staff(context), request, context)
    }
    router.get("/admin/search/synonyms/new") { request, context in
      try await show(nil, try frame.staff(context), Form(query: request), nil, request, context)
    }
    router.post("/admin/search/synonyms/new") { try await save(nil, try frame.staff($1), $0, $1) }
    router.get("/admin/search/synonyms/:id") { request, context in
      let (group, staff) = try await named(context)
      return try await show(group, staff, Form(query: request), nil, request, context)
    }
    router.post("/admin/search/synonyms/:id") { request, context in
      let staff = try frame.staff(context)
      return try await save(try Self.id(context), staff, request, context)
    }
    router.post("/admin/search/synonyms/:id/remove") { try await remove($0, $1) }
  }

  private func named(_ context: ShopRequestContext) async throws -> (SynonymGroup, Staff) {
    let staff = try frame.staff(context)
    return (try await frame.tune.synonyms(try Self.id(context), for: staff), staff)
  }

  private static func id(_ context: ShopRequestContext) throws -> SynonymID {
    guard let id = context.parameters.get("id").flatMap({ SynonymID($0) }) else {
      throw SearchRuleRefusal.unknownSearchRule
    }
    return id
  }

  // MARK: The list

  private func list(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let list = Self.list
    let asked = list.query(Form(query: request), words)
    let page =
      asked.faults.isEmpty
      ? try await frame.tune.synonyms(
        PageRequest(limit: Self.perPage, after: asked.after), containing: asked.text("containing") ?? "", for: staff)
      : Page(items: [], next: nil)
    let views = try await maker.contexts.deskViews.views(of: staff.id, list: Self.listName)
    return try await frame.page(
      "search-synonyms", title: words["searchDesk.parts.synonyms"] ?? "", .synonyms,
      ["list": list.model(page, asked, views: views, words), "newURL": Self.newAddress], request, context,
      status: asked.faults.isEmpty ? .ok : asked.faults.status)
  }

  private static let list = DeskList<SynonymGroup>(
    name: listName, address: Addresses.synonymsDesk,
    columns: [
      ListColumn(name: "words", word: "searchDesk.words", place: .first) { row, words in
        .link(words.listed(row.words), to: Addresses.desk(row.id))
      },
      ListColumn(name: "way", word: "searchDesk.way") { row, words in
        .text(
          row.from.map { words.phrase("searchDesk.oneWayFrom", ["word": $0]) } ?? words["searchDesk.ways.both"] ?? "")
      },
    ],
    filters: [ListFilter(name: "containing", word: "searchDesk.word", kind: .text(longest: 60))],
    emptyWord: "searchDesk.noSynonyms", identify: { $0.id.description })

  // MARK: One group

  /// - Parameter id: of the group that is changed; nil for a new one.
  private func save(
    _ id: SynonymID?, _ staff: Staff, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let form = try await Form(body: request, context: context)
    do {
      let draft = try SynonymForm.draft(form)
      let edited = try id.map { (id: $0, version: try StandingSearch.version(form)) }
      try await frame.tune.saveSynonyms(draft, over: edited, by: staff)
      return maker.go(Addresses.synonymsDesk, saying: Flash(.good, "synonymsSaved"))
    } catch let refusal as any Refusal where StandingSearch.keepsForm(refusal) {
      var group: SynonymGroup?
      if let id { group = try await maker.contexts.searchRules.synonyms(id) }
      let worded = SynonymForm.worded(StandingSearch.told(refusal, isGone: id != nil && group == nil))
      return try await show(group, staff, form, worded, request, context)
    }
  }

  private func remove(_ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let (group, staff) = try await named(context)
    let form = try await Form(body: request, context: context)
    do {
      try await frame.tune.removeSynonyms(group.id, version: try StandingSearch.version(form), by: staff)
      return maker.go(Addresses.synonymsDesk, saying: Flash(.good, "synonymsRemoved"))
    } catch let refusal as any Refusal where StandingSearch.keepsForm(refusal) {
      return try await show(try await named(context).0, staff, Form(), StandingSearch.kept(refusal), request, context)
    }
  }

  /// - Parameter form: what is typed; without any field the group stands as it is kept.
  private func show(
    _ group: SynonymGroup?, _ staff: Staff, _ form: Form, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let initial = SynonymForm.initial(group)
    let isChanged = StandingSearch.isChanged(refusal)
    let form = isChanged ? form.with("version", initial["version"] ?? "") : form
    let refused = RefusedForm(form, refusal, words)
    let typed = Form(initial.mapValues { [$0] }.merging(form.values) { $1 })
    let asked = form["q"].flatMap { $0.isEmpty ? nil : $0 } ?? SynonymForm.firstWord(typed)
    let title = group.map { words.listed($0.words) } ?? words["searchDesk.newSynonyms"] ?? ""
    let way = typed["way"] ?? "both"
    var model: Model = [
      "heading": title, "form": refused.model(SynonymForm.fields, initial: initial),
      "action": group.map { Addresses.desk($0.id) } ?? Self.newAddress, "backURL": Addresses.synonymsDesk,
      "ways": SynonymForm.ways.map { one -> Model in
        ["way": one, "wayName": words["searchDesk.ways.\(one)"] ?? one, "isChosen": one == way]
      },
      "q": form["q"] ?? "",
    ]
    if let group { model["removeAction"] = "\(Addresses.desk(group.id))/remove" }
    if let group, isChanged {
      model.merge(StandingSearch.model(SynonymForm.standing(group, beside: typed, words), words))
    }
    let trial: () throws -> TuneSearch.Trial? = {
      SynonymForm.isEmpty(typed) ? nil : .synonyms(try SynonymForm.draft(typed), id: group?.id)
    }
    model.merge(try await frame.preview(asked, trying: trial, for: staff, words))
    return try await frame.page(
      "search-synonym", title: title, .synonyms, model, request, context, refused: refused,
      status: refusal?.status ?? .ok)
  }
}

/// The form of a group of synonyms: what its fields are called, and what they say.
enum SynonymForm {
  static let fields = ["way", "asked", "words", "version"]
  static let ways = ["both", "one"]
  private static let separators: Set<Character> = ["\n", "\r\n", ",", "，", "、"]

  /// Throws `FieldFaults` for a way that there isn't.
  static func draft(_ form: Form) throws -> SynonymDraft {
    let words = lines(form["words"])
    switch form["way"] ?? "both" {
    case "both": return SynonymDraft(words: words)
    case "one":
      let asked = (form["asked"] ?? "").split { $0.isWhitespace }.joined(separator: " ")
      // Without it the group would hold both ways.
      guard !asked.isEmpty else { throw FieldFaults(field: "asked", code: "missing") }
      return SynonymDraft(from: asked, words: words)
    default: throw FieldFaults(field: "way", code: "unknownValue")
    }
  }

  static func isEmpty(_ form: Form) -> Bool { lines(form["words"]).isEmpty }

  /// What people would ask for to see what the group does.
  static func firstWord(_ form: Form) -> String {
    let asked = form["way"] == "one" ? form["asked"] ?? "" : ""
    return asked.isEmpty ? lines(form["words"]).first ?? "" : asked
  }

  static func initial(_ group: SynonymGroup?) -> [String: String] {
    guard let group else { return ["way": "both"] }
    return [
      "way": group.from == nil ? "both" : "one", "asked": group.from ?? "",
      "words": group.words.joined(separator: "\n"), "version": String(group.version),
    ]
  }

  /// The contract's names of fields as the form has them: a word has no field of its own.
  static func worded(_ refusal: any Refusal) -> any Refusal {
    guard let faults = refusal as? FieldFaults else { return refusal }
    return faults.beside(["from": "asked"])
  }

  /// Texts that stand one to a line, or with commas between them.
  static func lines(_ text: String?) -> [String] {
    (text ?? "").split { separators.contains($0) }
      .map { $0.split { $0.isWhitespace }.joined(separator: " ") }.filter { !$0.isEmpty }
  }
}

extension FieldFaults {
  /// Each beside the field that holds all of a list, under the name that the form has for it, and once.
  func beside(_ names: [String: String]) -> FieldFaults {
    var seen: Set<Fault> = []
    let faults = faults.map { fault in
      let plain = String(fault.field.prefix { $0 != "." })
      return Fault(field: names[plain] ?? plain, code: fault.code, details: fault.details)
    }
    return FieldFaults(faults.filter { seen.insert($0).inserted })
  }
}

extension Words {
  /// `tea, cha, brew` with the language's own comma.
  func listed(_ texts: [String]) -> String { texts.joined(separator: self["review.comma"] ?? ", ") }
}
