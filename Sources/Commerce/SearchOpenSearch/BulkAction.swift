import Foundation
import Search
import Values

/// A change as `_bulk` takes it: a line that says what to do, and one with what it is done with.
struct BulkAction: Sendable {
  /// Of the document.
  let id: String
  let lines: Data

  /// What is newer in the index than the parameters stays.
  private static let script = """
    if (ctx._source.version >= params.figures.version) { ctx.op = 'none' } \
    else { ctx._source.putAll(params.figures) }
    """

  /// Whole documents and removals are held to their versions by OpenSearch itself. Figures change a part, for which it
  /// knows no versions from outside, so that a script compares.
  init(_ change: DocumentChange) throws {
    let id = "\(change.product.raw)"
    let head: JSON
    var body: JSON?
    switch change {
    case .put(let document, let version):
      head = ["index": Self.versioned(id, version)]
      body = DocumentBody.source(document, version: version)
    case .figures(let figures, let version):
      head = ["update": ["_id": .text(id), "retry_on_conflict": 3]]
      body = [
        "script": [
          "lang": "painless", "source": .text(Self.script),
          "params": ["figures": .object(DocumentBody.figures(figures, version: version))],
        ]
      ]
    case .remove(_, let version): head = ["delete": Self.versioned(id, version)]
    }
    try self.init(id: id, head, body)
  }

  /// Says that everything up to this version is written.
  init(applied version: Int64) throws {
    try self.init(
      id: IndexLayout.marker, ["index": Self.versioned(IndexLayout.marker, version)],
      ["version": .number(version), "isListed": false])
  }

  private init(id: String, _ head: JSON, _ body: JSON?) throws {
    self.id = id
    var lines = Data()
    for line in [head, body].compactMap(\.self) { lines += try line.data + [UInt8(ascii: "\n")] }
    self.lines = lines
  }

  private static func versioned(_ id: String, _ version: Int64) -> JSON {
    ["_id": .text(id), "version": .number(version), "version_type": "external_gte"]
  }
}
