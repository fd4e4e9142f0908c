import Accounts
import Content
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/admin/content/menus/{place}`: the lines of a menu, each with its place among them. A row without words is left out.
struct MenusDesk: Sendable {
  private static let mostRows = 64
  /// How many empty rows a form has.
  private static let spare = 4
  private static let columns = ["titleEn", "titleZh", "address", "level", "position"]

  /// A row of the form that says something.
  private struct Row {
    /// As the names of its fields count.
    let number: Int
    let position: Int
    let line: MenuLine
  }

  private let frame: ContentFrame
  private var maker: PageMaker { frame.maker }

  init(_ frame: ContentFrame) { self.frame = frame }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/content/menus/:place") { request, context in
      let (menu, staff) = try await named(context)
      return try await show(menu, staff, nil, nil, request, context)
    }
    router.post("/admin/content/menus/:place") { request, context in
      let (menu, staff) = try await named(context)
      let form = try await Form(body: request, context: context)
      do {
        try await save(form, as: menu.place, by: staff, Format(context.visit.language))
        return maker.go(ContentFrame.Part.menu(menu.place).address, saying: Flash(.good, "contentSaved"))
      } catch ContentRefusal.contentChanged {
        let typed = form.with("version", String(menu.version))
        return try await show(menu, staff, typed, ContentRefusal.contentChanged, request, context)
      } catch let refusal as any Refusal {
        return try await show(menu, staff, form, refusal, request, context)
      }
    }
  }

  private func named(_ context: ShopRequestContext) async throws -> (Menu, Staff) {
    let staff = try context.visit.requireStaff()
    try frame.edit.expect(staff)
    guard let place = context.parameters.get("place").flatMap(MenuPlace.init) else {
      throw ContentRefusal.unknownContent
    }
    return (try await frame.edit.menu(place, for: staff), staff)
  }

  private func save(_ form: Form, as place: MenuPlace, by staff: Staff, _ format: Format) async throws {
    var fields = ContentFields(form, format)
    let version = fields.number("version")
    let rows = Self.rows(&fields).sorted { ($0.position, $0.number) < ($1.position, $1.number) }
    try fields.faults.throwIfAny()
    do {
      _ = try await frame.edit.save(rows.map(\.line), as: place, version: version, by: staff)
    } catch let faults as FieldFaults {
      throw FieldFaults(faults.faults.map { Self.beside($0, rows) })
    }
  }

  private static func rows(_ fields: inout ContentFields) -> [Row] {
    var rows: [Row] = []
    for number in 0..<mostRows {
      let title = LocalizedText(en: fields.text("titleEn.\(number)"), zhHans: fields.text("titleZh.\(number)"))
      let address = fields.text("address.\(number)")
      guard !title.isEmpty || !address.isEmpty else { continue }
      let level = fields.form["level.\(number)"] ?? "0"
      if level != "0", level != "1" { fields.faults.add("level.\(number)", "unknown") }
      var position = number + 1
      if let typed = fields.form["position.\(number)"], !typed.isEmpty {
        if let wanted = Int(typed), (1...999).contains(wanted) {
          position = wanted
        } else {
          fields.faults.add("position.\(number)", "outOfRange", ["min": "1", "max": "999"])
        }
      }
      let line = MenuLine(title: title, address: address, isNested: level == "1")
      rows.append(Row(number: number, position: position, line: line))
    }
    return rows
  }

  /// The fault beside the row that the line came from.
  private static func beside(_ fault: FieldFaults.Fault, _ rows: [Row]) -> FieldFaults.Fault {
    let parts = fault.field.split(separator: ".")
    guard parts.count == 2, let index = Int(parts[1]), rows.indices.contains(index) else { return fault }
    return FieldFaults.Fault(
      field: "\(parts[0]).\(rows[index].number)", code: fault.code, details: fault.details)
  }

  /// - Parameter typed: nil shows the menu as it is.
  private func show(
    _ menu: Menu, _ staff: Staff, _ typed: Form?, _ refusal: (any Refusal)?, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = frame.words(context)
    let form = typed ?? Self.form(of: menu)
    let refused = RefusedForm(form, refusal, words)
    let shown = (0..<Self.mostRows).filter { number in Self.columns.contains { form["\($0).\(number)"] != nil } }
    let count = min(
      Self.mostRows, max(shown.max().map { $0 + 1 } ?? 0, menu.lines.count) + (typed == nil ? Self.spare : 0))
    let fields = FormModel(form, faults: refused.faults, words: words)
    let part = ContentFrame.Part.menu(menu.place)
    let model: Model = [
      "heading": words[part.word] ?? "", "action": part.address, "form": refused.model(["version", "lines"]),
      "rows": (0..<count).map { number -> Model in
        var row = Model(Self.columns.map { ($0, fields.field("\($0).\(number)") as any Sendable) })
        row["number"] = String(number + 1)
        row["isNested"] = form["level.\(number)"] == "1"
        return row
      },
    ]
    return try await frame.page(
      "menu", title: words[part.word] ?? "", part, model, request, context, refused: refused,
      status: refusal?.status ?? .ok)
  }

  private static func form(of menu: Menu) -> Form {
    var values = ["version": [String(menu.version)]]
    for (number, line) in menu.lines.enumerated() {
      values["titleEn.\(number)"] = [line.title.en]
      values["titleZh.\(number)"] = [line.title.zhHans]
      values["address.\(number)"] = [line.address]
      values["level.\(number)"] = [line.isNested ? "1" : "0"]
      values["position.\(number)"] = [String(number + 1)]
    }
    return Form(values)
  }
}
