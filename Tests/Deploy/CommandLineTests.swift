import ArgumentParser
import Foundation
import TestKit
import Testing

@testable import App

/// The commands of the program that the documents show.
@Suite struct CommandLineTests {
  @Test(arguments: ["docs/operations.md", "docs/settings.md", "README.md", "README.zh.md"])
  func `every command that is shown exists, with the options that it is shown with`(_ document: String) throws {
    let page = try String(contentsOf: packageFolder.appending(path: document), encoding: .utf8)
    let names = Martlet.configuration.subcommands.compactMap { $0.configuration.commandName }
    let lines = Self.commands(on: page)
    #expect(!lines.isEmpty)
    for line in lines where line != "--help" {
      let words = Self.words(of: line)
      // A name alone is spoken of, and nothing to type.
      if words.count == 1 {
        #expect(names.contains(words[0]), "\(line)")
        continue
      }
      do {
        let command = try Martlet.parseAsRoot(words)
        // What isn't an option of the command must be a setting.
        for child in Mirror(reflecting: command).children where child.label == "_settings" {
          try SettingArguments.check(try #require(child.value as? Argument<[String]>).wrappedValue)
        }
      } catch {
        Issue.record("\(line): \(Martlet.message(for: error))")
      }
    }
  }

  @Test func `what names no command, no option or no setting would be found`() {
    let page = """
      `martlet bakcup FILE` and `martlet-admin audit --fast`, or
      ```sh
      SETTINGS=/a swift run martlet move --form "a b" --to b   # c
      ls && martlet-admin import || true; docker compose run --rm --no-deps jobs audit
      ```
      """
    let lines = Self.commands(on: page)
    #expect(lines == ["bakcup FILE", "audit --fast", #"move --form "a b" --to b"#, "import", "audit"])
    #expect(Self.words(of: lines[2]) == ["move", "--form", "a b", "--to", "b"])
    for line in [lines[0], lines[3]] {
      #expect(throws: (any Error).self) { try Martlet.parseAsRoot(Self.words(of: line)) }
    }
    #expect(throws: ValidationError.self) { try SettingArguments.check(["--fast"]) }
  }

  /// Without the program's name, and without what a shell does with them.
  private static func commands(on page: String) -> [String] {
    let program = #"(?:martlet-admin|swift run martlet|/usr/lib/martlet/martlet|--no-deps jobs|`martlet)"#
    guard let pattern = try? Regex("\(program) ([a-z-][^`\n#;|&]*)", as: (Substring, Substring).self) else { return [] }
    return page.matches(of: pattern).map { $0.1.trimmingCharacters(in: .whitespaces) }
      // Files that are copied are no commands.
      .filter { !$0.hasPrefix("/") && !$0.isEmpty }
  }

  /// As a shell would part them.
  private static func words(of line: String) -> [String] {
    line.replacing(/\$\([^)]*\)/, with: "today").matches(of: /"([^"]*)"|'([^']*)'|([^\s"']+)/).map { match in
      String(match.1 ?? match.2 ?? match.3 ?? "")
    }
  }
}
