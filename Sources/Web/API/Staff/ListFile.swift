import Flows
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Values

extension Endpoint {
  /// A list that is had whole as well: as CSV, where `Accept` asks for that. What is read, by whom and how much of it is shown
  /// is the list's own doing, page after page.
  /// - Parameters:
  ///   - name: of the file, without its ending.
  ///   - begin: what is done before a file is answered; throws as the list does.
  func exporting(
    _ name: String, begin: (@Sendable (APICall) async throws -> Void)? = nil
  ) -> Endpoint {
    Endpoint(description.exporting()) { [run, schema = description.answers.first?.schema] call in
      guard call.wantsCSV else { return try await run(call) }
      try await begin?(call)
      let file = ListFile(of: schema, isWorded: call.words.language != nil, page: run)
      return try await file.answer(to: call, named: name)
    }
  }
}

extension APICall {
  /// Whether `Accept` names CSV, and not JSON.
  fileprivate var wantsCSV: Bool {
    let accepted = (request.headers[.accept] ?? "").lowercased().replacing(" ", with: "")
    let types = accepted.split(separator: ",").map { type in String(type.prefix { $0 != ";" }) }
    return types.contains(ListFile.type) && !types.contains("application/json")
  }

  fileprivate func asking(for page: PageRequest) -> APICall {
    var fields = query.values
    fields["limit"] = [String(page.limit)]
    fields["after"] = page.after.map { [$0.description] }
    var call = self
    call.query = Form(fields)
    return call
  }
}

/// All that a list answers, as CSV for programs and spreadsheets. It has a column for each member of the list's schema, those
/// of a member with a dot before them; a list of words stands in one cell, a list of anything else as JSON.
struct ListFile: Sendable {
  static let type = "text/csv"
  private static let perPage = 100

  private let columns: [[String]]
  private let page: @Sendable (APICall) async throws -> Answer

  /// - Parameters:
  ///   - schema: of a page of the list, by its name.
  ///   - isWorded: whether texts come in one language.
  ///   - page: answers a page.
  init(of schema: String?, isWorded: Bool, page: @escaping @Sendable (APICall) async throws -> Answer) {
    columns = Self.columns(of: schema, isWorded: isWorded)
    self.page = page
  }

  static func columns(of page: String?, isWorded: Bool) -> [[String]] {
    guard let page, case .object(let fields)? = APISchemas.all[page],
      case .list(let item)? = fields.first(where: { $0.name == "items" })?.schema
    else { return [] }
    return columns(in: item, at: [], isWorded)
  }

  private static func columns(in schema: Schema, at path: [String], _ isWorded: Bool) -> [[String]] {
    switch schema {
    case .named("Words"): isWorded ? [path] : Language.allCases.map { path + [$0.rawValue] }
    case .named(let name): APISchemas.all[name].map { columns(in: $0, at: path, isWorded) } ?? [path]
    case .nullable(let inner): columns(in: inner, at: path, isWorded)
    case .object(let fields) where !fields.isEmpty:
      fields.flatMap { columns(in: $0.schema, at: path + [$0.name], isWorded) }
    default: [path]
    }
  }

  /// The first page is read before anything is answered, so that what is refused is refused.
  func answer(to call: APICall, named name: String) async throws -> Answer {
    let after = try call.page().after
    let first = try await read(call.asking(for: PageRequest(limit: Self.perPage, after: after)))
    return .csv(
      named: name,
      ResponseBody { writer in
        try await writer.write(try Self.lines([columns.map { $0.joined(separator: ".") }]))
        var page = first
        while true {
          try await writer.write(try Self.lines(try page.items.map(cells)))
          guard let next = page.next else { break }
          page = try await read(call.asking(for: PageRequest(limit: Self.perPage, after: next)))
        }
        try await writer.finish(nil)
      })
  }

  private func read(_ call: APICall) async throws -> (items: [JSONValue], next: Cursor?) {
    let body = try await page(call).body
    let json = try JSONDecoder().decode(JSONValue.self, from: Data(body.readableBytesView))
    return (json["items"]?.items ?? [], json["next"]?.text.flatMap { Cursor($0) })
  }

  private func cells(_ item: JSONValue) throws -> [String] {
    try columns.map { path in
      try Self.cell(path.reduce(item) { value, name in value[name] ?? .null })
    }
  }

  private static func cell(_ value: JSONValue) throws -> String {
    switch value {
    case .null: return ""
    case .flag(let flag): return flag ? "true" : "false"
    case .integer(let number): return String(number)
    case .number(let number): return "\(number)"
    case .text(let text): return text
    case .list(let items) where items.allSatisfy({ $0.text != nil }):
      return items.compactMap(\.text).joined(separator: "; ")
    case .list, .object:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
  }

  static func lines(_ rows: [[String]]) throws -> ByteBuffer {
    var buffer = ByteBuffer()
    var writer = CSVWriter(isGuarding: false) { buffer.writeBytes($0) }
    for row in rows { try writer.write(row.map(guarded)) }
    try writer.flush()
    return buffer
  }

  /// Numbers stay numbers, also those below zero, so that they can be added up.
  private static func guarded(_ cell: String) -> String {
    cell.hasPrefix("-") && cell.wholeMatch(of: /-[0-9]+(\.[0-9]+)?/) != nil ? cell : CellGuard.guarded(cell)
  }
}
