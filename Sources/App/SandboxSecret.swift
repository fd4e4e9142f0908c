import Foundation

/// The secret that shop and sandbox share on one machine: made once, kept in the data folder.
enum SandboxSecret {
  /// Throws `SettingFault` when it can be neither read nor made.
  static func kept(in folder: URL) throws -> String {
    try Settings.make(dataFolder: folder)
    let file = folder.appending(path: "sandbox.secret")
    if let text = try? String(contentsOf: file, encoding: .utf8), text.count >= 32 { return text }
    var generator = SystemRandomNumberGenerator()
    let secret = (0..<4).map { _ in String(generator.next() as UInt64, radix: 36) }.joined()
    // Not overwritten when shop and sandbox start at the same moment: the first one wins.
    let own = file.path + ".\(ProcessInfo.processInfo.processIdentifier)"
    let made = FileManager.default.createFile(
      atPath: own, contents: Data(secret.utf8), attributes: [.posixPermissions: 0o600])
    guard made else { throw SettingFault(key: "sandbox.secret", value: file.path, expected: "a file that can be made") }
    _ = link(own, file.path)
    _ = unlink(own)
    guard let kept = try? String(contentsOf: file, encoding: .utf8) else {
      throw SettingFault(key: "sandbox.secret", value: file.path, expected: "a file that this user may read")
    }
    return kept
  }
}
