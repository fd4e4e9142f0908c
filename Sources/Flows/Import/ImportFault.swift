import Foundation
import Values

/// Why a file can't be imported at all. What is wrong with one product is in the report instead.
public enum ImportFault: Refusal, Hashable, CustomStringConvertible {
  case unreadable(String)
  case missing(String)
  /// A folder, a pipe or a device.
  case notAFile(String)
  case unwritable(String, reason: String)
  /// Another kind of file: `a gzip archive`.
  case notText(String)
  case changed(String)
  case emptyFile
  case unknownEncoding(String)
  /// The file isn't text in this encoding from this byte on.
  case undecodable(String, byte: Int)
  /// The first record doesn't name the columns that are needed.
  case noHeader(missing: [String], found: [String])
  case unterminatedQuote(line: Int)
  case unknownMerchant(String)
  case noMerchant

  public var code: String {
    switch self {
    case .unreadable: "unreadable"
    case .missing: "missing"
    case .notAFile: "notAFile"
    case .unwritable: "unwritable"
    case .notText: "notText"
    case .changed: "changed"
    case .emptyFile: "emptyFile"
    case .unknownEncoding: "unknownEncoding"
    case .undecodable: "undecodable"
    case .noHeader: "noHeader"
    case .unterminatedQuote: "unterminatedQuote"
    case .unknownMerchant: "unknownMerchant"
    case .noMerchant: "noMerchant"
    }
  }

  public var kind: RefusalKind { .invalid }

  public var details: [String: String] {
    switch self {
    case .emptyFile, .noMerchant: [:]
    case .unreadable(let path), .missing(let path), .notAFile(let path), .changed(let path): ["path": path]
    case .unwritable(let path, let reason): ["path": path, "reason": reason]
    case .notText(let kind): ["kind": kind]
    case .unknownEncoding(let name): ["encoding": name]
    case .undecodable(let name, let byte): ["encoding": name, "byte": String(byte)]
    case .noHeader(let missing, let found):
      ["missing": missing.joined(separator: ", "), "found": found.joined(separator: ", ")]
    case .unterminatedQuote(let line): ["line": String(line)]
    case .unknownMerchant(let slug): ["merchant": slug]
    }
  }

  public var description: String {
    switch self {
    case .unreadable(let path): "The file \(path) can't be read."
    case .missing(let path): "There is no file \(path)."
    case .notAFile(let path): "\(path) is a folder, a pipe or a device; a plain file is needed."
    case .unwritable(let path, let reason): "The file \(path) can't be written: \(reason)."
    case .notText(let kind): "The file is \(kind), not text. Save or unpack it as CSV first."
    case .changed(let path):
      "The file \(path) changed while it was read. What was saved before stays; run the import again."
    case .emptyFile: "The file is empty."
    case .unknownEncoding(let name): "This system can't read the encoding \(name)."
    case .undecodable(let name, let byte):
      "The file is neither UTF-8 nor, from byte \(byte) on, \(name). Say which encoding it has (--encoding)."
    case .noHeader(let missing, let found):
      "The first line must name the columns; missing: \(missing.joined(separator: ", ")). "
        + "Found: \(found.isEmpty ? "nothing" : found.joined(separator: ", "))."
    case .unterminatedQuote(let line): "A quote was opened on line \(line) and never closed. Nothing was imported."
    case .unknownMerchant(let slug): "There is no merchant \(slug)."
    case .noMerchant: "There is no merchant yet to import for; open one with martlet open-merchant."
    }
  }

  /// With what the system said last.
  static func unwritable(_ path: String) -> ImportFault { .unwritable(path, reason: String(cString: strerror(errno))) }
}
