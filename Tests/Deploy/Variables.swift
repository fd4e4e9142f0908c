import Foundation
import TestKit
import Testing

/// The files with settings that systemd reads, and the shell.
enum Variables {
  /// What a file below `deploy` names, also where it stands behind a # to be chosen. The last value of a name wins.
  static func inFile(_ file: String) throws -> [String: String] {
    var values: [String: String] = [:]
    for line in try Place.text(file).split(separator: "\n") {
      guard let match = line.wholeMatch(of: /(?:# )?([A-Z_]+)=(.*)/) else {
        #expect(line.hasPrefix("#"), "\(file): \(line)")
        continue
      }
      // Between single quotes nothing means anything, neither to systemd nor to a shell.
      let value = try #require(match.2.wholeMatch(of: /'([^']*)'/), "\(file): \(line)")
      values[String(match.1)] = String(value.1)
    }
    return values
  }
}
