import Foundation
import Mustache
import Values

/// The look: templates, words and static files of one folder under `Themes/`. Read once at start, and made ready for use
/// when they are used first.
public struct Theme: Sendable {
  public enum Face: String, CaseIterable, Sendable { case storefront, admin, mail }

  public let folder: URL
  private let words: [Language: Words]
  private let libraries: [Face: [Language: Once<MustacheLibrary>]]
  private let holes: Holes

  public init(folder: URL) throws {
    self.folder = folder
    holes = Holes()
    MustacheContentTypes.register(EscapedHTML(), named: EscapedHTML.name)
    var words: [Language: Words] = [:]
    for language in Language.allCases {
      let file = folder.appending(path: "words/\(language.rawValue).json")
      words[language] = try Words(language: language, json: try Data(contentsOf: file))
    }
    var libraries: [Face: [Language: Once<MustacheLibrary>]] = [:]
    // What pages of several faces are made of; a face's own template of the same name counts before it.
    let partials = try Self.sources(in: folder.appending(path: "partials"))
    for face in Face.allCases {
      let own = try Self.sources(in: folder.appending(path: face.rawValue))
      let sources = face == .mail ? own : partials.merging(own) { $1 }
      for (language, words) in words {
        libraries[face, default: [:]][language] = Once {
          MustacheLibrary(
            templates: try Dictionary(
              uniqueKeysWithValues: sources.map { name, source in
                let isText = face == .mail && name.hasSuffix(".text")
                return (name, try Self.template(source.text, file: source.file, words: words, isText: isText))
              }))
        }
      }
    }
    self.words = words
    self.libraries = libraries
  }

  /// Makes all of it ready. Throws what is wrong with a template, such as that it asks for a word that a language lacks, so
  /// that no page can miss it later.
  public func check() throws {
    for libraries in libraries.values { for library in libraries.values { _ = try library.value } }
  }

  public func words(_ language: Language) -> Words {
    guard let words = words[language] else { preconditionFailure("every language was loaded") }
    return words
  }

  /// Throws `ThemeFault.noTemplate`.
  public func render(_ template: String, _ model: Model, face: Face = .storefront, _ language: Language) throws
    -> String
  {
    guard let text = try libraries[face]?[language]?.value.render(model, withTemplate: template) else {
      throw ThemeFault.noTemplate("\(face.rawValue)/\(template)")
    }
    return text
  }

  /// Renders a page whose holes are filled for each visitor.
  public func prepare(_ template: String, _ model: Model, _ language: Language) throws -> PreparedPage {
    var model = model
    model["hole"] = holes.marks
    return PreparedPage(try render(template, model, language), holes: holes)
  }

  private static func sources(in folder: URL) throws -> [String: (file: String, text: String)] {
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return try files.filter { $0.pathExtension == "mustache" }.reduce(into: [:]) { sources, file in
      sources[file.deletingPathExtension().lastPathComponent] =
        (file.lastPathComponent, try String(contentsOf: file, encoding: .utf8))
    }
  }

  /// Puts the words of a language in the place of `{{w.…}}`, and the shop's addresses in that of `{{url.…}}`, before the
  /// template is parsed: no look-up is left for later.
  private static func template(
    _ text: String, file: String, words: Words, isText: Bool
  ) throws -> MustacheTemplate {
    var result = "{{%CONTENT_TYPE:\(isText ? "TEXT" : EscapedHTML.name)}}\n"
    // By bytes: a theme is long, and looking for a place character by character takes a hundred times as long.
    var rest = text.utf8[...]
    while let start = rest.firstIndex(of: UInt8(ascii: "{")) {
      result += Substring(rest[..<start])
      rest = rest[start...]
      guard rest.starts(with: "{{w.".utf8) || rest.starts(with: "{{url.".utf8) else {
        result += "{"
        rest.removeFirst()
        continue
      }
      guard let end = rest.firstIndex(of: UInt8(ascii: "}")), rest[end...].starts(with: "}}".utf8) else {
        throw ThemeFault.unclosed(file)
      }
      let name = String(Substring(rest[..<end].dropFirst(2)))
      result += try filling(name, file: file, words: words, isText: isText)
      rest = rest[end...].dropFirst(2)
    }
    return try MustacheTemplate(string: result + Substring(rest))
  }

  /// What stands in the place of `w.…` or `url.…`.
  private static func filling(_ name: String, file: String, words: Words, isText: Bool) throws -> String {
    if name.hasPrefix("url.") { return PageFrame.addresses[String(name.dropFirst(4))] ?? "{{\(name)}}" }
    let key = String(name.dropFirst(2))
    guard let word = words[key] else { throw ThemeFault.missingWord(key, file: file, words.language) }
    return isText ? word : word.escapedForHTML
  }
}

public enum ThemeFault: Error, Hashable, Sendable {
  case notAnObject(Language)
  case missingWord(String, file: String, Language)
  case unclosed(String)
  case noTemplate(String)
}

/// Escapes byte by byte. The engine goes by characters, and takes a `<` with a mark that joins it for another character,
/// which a browser doesn't; they are also far to find.
private struct EscapedHTML: MustacheContentType {
  static let name = "ESCAPED"
  func escapeText(_ text: String) -> String { text.escapedForHTML }
}

extension String {
  public var escapedForHTML: String {
    guard utf8.contains(where: { $0 == 38 || $0 == 60 || $0 == 62 || $0 == 34 || $0 == 39 }) else { return self }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(utf8.count + 32)
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "&"): bytes += "&amp;".utf8
      case UInt8(ascii: "<"): bytes += "&lt;".utf8
      case UInt8(ascii: ">"): bytes += "&gt;".utf8
      case UInt8(ascii: "\""): bytes += "&quot;".utf8
      case UInt8(ascii: "'"): bytes += "&#39;".utf8
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
