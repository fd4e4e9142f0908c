import Foundation
import TestKit
import Testing

/// What docs/operations.md tells operators to type.
struct Runbook {
  let page: String

  init() throws {
    page = try String(contentsOf: packageFolder.appending(path: "docs/operations.md"), encoding: .utf8)
  }

  /// The blocks of a language below a heading, up to the next one of any rank; all of the page where none is named.
  func blocks(_ language: String, below heading: String? = nil) throws -> [String] {
    var section = page[...]
    if let heading {
      section = page[try #require(page.firstRange(of: "\n\(heading)\n"), "\(heading)").upperBound...]
      // Comments in blocks begin as headings of the first rank do.
      if let next = section.firstMatch(of: /\n##+\s/) { section = section[..<next.range.lowerBound] }
    }
    return try section.matches(of: Regex("(?ms)^```\(language)\n(.*?)^```$", as: (Substring, Substring).self))
      .map { String($0.1) }
  }
}

/// A folder that stands for the root of a machine, with stand-ins for what isn't to be done to this one.
struct Machine {
  let root: URL

  /// - Parameter stand: programs that do nothing here.
  static func run(without stand: [String], _ body: (Machine) async throws -> Void) async throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "martlet-machine-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    let machine = Machine(root: root)
    // As Debian has them.
    for folder in [
      "stand", "etc/systemd/system", "etc/nginx/conf.d", "usr/sbin", "usr/lib", "usr/share", "build/a.resources",
    ] {
      try FileManager.default.createDirectory(at: machine.file(folder), withIntermediateDirectories: true)
    }
    try Data("program".utf8).write(to: machine.file("build/martlet"))
    for name in stand { try machine.put("", inPlaceOf: name) }
    try await body(machine)
  }

  /// A program that does only what the lines of a shell say.
  func put(_ lines: String, inPlaceOf name: String) throws {
    try Data("#!/bin/sh\n\(lines)".utf8).write(to: file("stand/\(name)"))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file("stand/\(name)").path)
  }

  func file(_ path: String) -> URL { root.appending(path: path) }

  func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: file(path).path) }

  /// Does in the repository's folder what the block says, with absolute paths below this root.
  func act(_ block: String) async throws {
    let commands = block.replacing(/([ =>(])\/(usr|etc|var)\//) { "\($0.1)\(root.path)/\($0.2)/" }
      .replacing(".build/release/", with: "\(root.path)/build/")
    let shell = try Process.named("bash", ["-eu"])
    shell.currentDirectoryURL = packageFolder
    shell.environment = ["PATH": "\(root.path)/stand:/usr/bin:/bin"]
    let outcome = try await shell.outcome(input: commands)
    #expect(outcome.status == 0, "\(commands)\n\(outcome.errors)")
  }
}
