import Flows
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Values

/// All that a list would show, page after page, as CSV for spreadsheets: UTF-8 with its mark, CRLF, and no cell that a
/// spreadsheet would run as a formula. What is read is written at once, so that the length of the list costs no memory. A
/// fault in the midst ends the connection, so that half a list isn't taken for the whole.
struct ListExport<Item: Sendable>: Sendable {
  private static var perPage: Int { 100 }
  private static var mark: [UInt8] { [0xEF, 0xBB, 0xBF] }

  let list: DeskList<Item>
  let query: ListQuery
  let words: Words
  /// The items of one page, read as the list reads them.
  let pages: @Sendable (PageRequest) async throws -> Page<Item>

  /// - Parameter name: of the file, without its ending.
  /// - Throws: what the query has of faults, and what the first page throws.
  func response(named name: String) async throws -> Response {
    try query.faults.throwIfAny()
    let first = try await pages(PageRequest(limit: Self.perPage))
    var headers = HTTPFields()
    headers[.contentType] = "text/csv; charset=utf-8"
    headers[.contentDisposition] = "attachment; filename=\"\(name).csv\""
    headers[.cacheControl] = "private, no-store"
    let body = ResponseBody { writer in
      try await writer.write(ByteBuffer(bytes: Self.mark))
      try await writer.write(try lines([columns.map { words[$0.word] ?? $0.name }]))
      var page = first
      while true {
        let rows = page.items.map { item in columns.map { $0.cell(item, words).plainText } }
        try await writer.write(try lines(rows))
        guard let next = page.next else { break }
        page = try await pages(PageRequest(limit: Self.perPage, after: next))
      }
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: headers, body: body)
  }

  private var columns: [ListColumn<Item>] { list.shown(query) }

  private func lines(_ rows: [[String]]) throws -> ByteBuffer {
    var buffer = ByteBuffer()
    var writer = CSVWriter { buffer.writeBytes($0) }
    for row in rows { try writer.write(row) }
    try writer.flush()
    return buffer
  }
}
