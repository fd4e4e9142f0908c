import Accounts
import Foundation
import Imports
import Merchants
import Values

/// Files of goods as staff bring them, look at what they would do, and decide. Staff of a merchant bring goods to their own;
/// those of the platform say whose, or leave it to the file.
public struct WorkImports: Sendable {
  let contexts: Contexts
  /// Encodings that may be named where none is found out.
  public static let encodings = ["UTF-8", "GB18030", "BIG5", "UTF-16LE", "WINDOWS-1252"]

  private var imports: any ImportService { contexts.imports }

  public init(_ contexts: Contexts) { self.contexts = contexts }

  public static func opens(to staff: Staff) -> Bool { staff.rights.contains(.catalogEdit) }

  /// Throws `StaffRefusal.notAllowed`.
  public func expect(_ staff: Staff) throws { try staff.require(.catalogEdit) }

  /// Staff of a merchant see their own merchant's, whatever the filter says.
  public func runs(_ filter: ImportFilter, _ page: PageRequest, for staff: Staff) async throws -> Page<ImportRun> {
    try expect(staff)
    guard staff.merchant == nil || filter.merchant == nil || filter.merchant == staff.merchant else {
      return Page(items: [], next: nil)
    }
    var filter = filter
    filter.merchant = staff.merchant ?? filter.merchant
    return try await imports.runs(matching: filter, page)
  }

  /// Another merchant's is as unknown as one that never was. Throws `ImportRunRefusal.unknownImport`.
  public func run(_ id: ImportRunID, for staff: Staff) async throws -> ImportRun {
    try expect(staff)
    guard let run = try await imports.run(id), run.state != .arriving,
      staff.merchant == nil || run.merchant == staff.merchant
    else { throw ImportRunRefusal.unknownImport }
    return run
  }

  public func notes(of id: ImportRunID, _ page: PageRequest, for staff: Staff) async throws -> Page<ImportNote> {
    _ = try await run(id, for: staff)
    return try await imports.notes(of: id, page)
  }

  public func decide(_ decision: ImportDecision, on id: ImportRunID, by staff: Staff) async throws -> ImportRun {
    _ = try await run(id, for: staff)
    return try await imports.decide(decision, on: id, by: staff.id)
  }

  /// Keeps a file that was sent, to be checked. What can't be a file of goods is refused at once, beside the field `goods`:
  /// another kind of file behind whatever name, an encoding that nobody can read, no line of columns, a quote that never
  /// ends.
  /// - Parameters:
  ///   - file: stays the caller's.
  ///   - merchant: of staff of the platform; nil leaves it to the file.
  public func bring(
    _ file: URL, named name: String, to merchant: MerchantID?, rules: ImportRules, by staff: Staff
  ) async throws -> ImportRun {
    try expect(staff)
    if let merchant, try await contexts.merchants.merchant(merchant) == nil {
      throw FieldFaults(field: "merchant", code: "unknown")
    }
    let size = try Self.check(file, rules)
    var faults = FieldFaults()
    let shown = faults.text(name, "goods", max: 200, required: false)
    let draft = ImportDraft(
      merchant: staff.merchant ?? merchant, fileName: faults.isEmpty && !shown.isEmpty ? shown : "goods.csv",
      size: size, rules: rules)
    let run = try await imports.begin(draft, by: staff.id)
    let chunks = try FileChunks(file, size: ImportRun.pieceSize)
    var number = 0
    while case let piece = try chunks.next(), !piece.isEmpty {
      try await imports.keep(piece, number: number, of: run.id)
      number += 1
    }
    return try await imports.complete(run.id, by: staff.id)
  }

  /// Answers the file's size.
  private static func check(_ file: URL, _ rules: ImportRules) throws -> Int {
    do {
      let size = try FileState(file).size
      guard size <= ImportRun.longestFile else {
        throw FieldFaults(
          field: "goods", code: "csvTooLarge", details: ["max": String(ImportRun.longestFile >> 20)])
      }
      let text = try TextDecoding.decode(file, as: rules.encoding.flatMap { TextEncoding($0) })
      defer { text.removeIfTemporary() }
      _ = try ProductSheet(text.url)
      return size
    } catch let fault as ImportFault {
      throw FieldFaults(field: "goods", code: fault.fieldCode, details: fault.details)
    }
  }
}

extension ImportFault {
  /// What stands beside the field that brought the file.
  var fieldCode: String {
    switch self {
    case .emptyFile: "csvEmpty"
    case .notText: "csvNotText"
    case .undecodable, .unknownEncoding: "csvEncoding"
    case .noHeader: "csvNoHeader"
    case .unterminatedQuote: "csvQuote"
    case .unreadable, .missing, .notAFile, .unwritable, .changed, .unknownMerchant, .noMerchant: "csvUnreadable"
    }
  }
}
