import Foundation

extension SandboxServer {
  /// What the shop's adapters are set up with to be paid through the sandbox, as JSON: by provider, under the names that their
  /// configurations have. Makes the keys that aren't there yet, and holds private ones. Throws `SandboxFault`, or what the
  /// file system says.
  /// - Parameter address: where the shop reaches the sandbox.
  public static func adapterSettings(_ settings: SandboxSettings, at address: String) throws -> String {
    var keys = try KeyRing(file: settings.keysFile, given: settings.keys)
    let base = address.hasSuffix("/") ? String(address.dropLast()) : address
    let pairs = try SandboxAccounts.open(&keys).map { account in
      (type(of: account).brand.rawValue, account.settings(at: base))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(Dictionary(uniqueKeysWithValues: pairs)), as: UTF8.self)
  }
}
