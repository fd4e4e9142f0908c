import Configuration
import Foundation
import Governance
import GovernanceEtcd
import Logging

/// Where the parts of the program find one another: in etcd, or on a list that was written down.
struct RegistrySection: Sendable {
  var etcd: EtcdAddress?
  /// Used where `etcd` is nil.
  var parts: [String: [PartAddress]]

  init(_ reader: ConfigReader) throws {
    let etcd = reader.string(forKey: "registry.etcd", isSecret: true, default: "")
    let parts = reader.string(forKey: "registry.parts", default: "")
    let files = Files(reader)
    self.parts = try Self.parts(parts)
    if etcd.isEmpty {
      guard let (key, file) = files.given.first else { return }
      throw SettingFault(key: key, value: file, expected: "empty, as it must be without registry.etcd")
    }
    guard parts.isEmpty else {
      throw SettingFault(key: "registry.parts", value: parts, expected: "empty, as it must be beside registry.etcd")
    }
    do {
      self.etcd = try files.added(to: try EtcdAddress(etcd))
    } catch let error as EtcdAddressFault {
      // What stands before the @ is a password.
      let place = etcd.split(separator: "@").last.map { etcd.contains("@") ? "…@\($0)" : String($0) } ?? etcd
      throw SettingFault(key: "registry.etcd", value: place, expected: "a list of servers that \(error)")
    }
  }

  /// `payments=10.0.0.2:9100,10.0.0.3:9100;search=10.0.0.4:9200`
  private static func parts(_ text: String) throws -> [String: [PartAddress]] {
    func fault(_ value: Substring, _ expected: String) -> SettingFault {
      SettingFault(key: "registry.parts", value: String(value), expected: expected)
    }
    var parts: [String: [PartAddress]] = [:]
    for entry in text.split(separator: ";") {
      let halves = entry.split(separator: "=", omittingEmptySubsequences: false)
      let name = halves[0].trimmingCharacters(in: .whitespaces)
      guard halves.count == 2, PartInstance.isPartName(name) else {
        throw fault(entry, "of the form part=host:port,host:port with semicolons between parts")
      }
      guard parts[name] == nil else { throw fault(entry, "the only list of '\(name)'") }
      parts[name] = try halves[1].split(separator: ",", omittingEmptySubsequences: false).map { text in
        guard let address = PartAddress(text.trimmingCharacters(in: .whitespaces)) else {
          throw fault(text, "host:port")
        }
        return address
      }
    }
    return parts
  }

  /// Opens the registry for as long as the body takes. Throws `SettingFault` with what to do when etcd can't be reached or
  /// refuses what it's asked.
  /// - Parameter mayBeAway: goes on where etcd can't be reached.
  func withRegistry(
    mayBeAway: Bool = false, logger: Logger, _ body: (any Registry) async throws -> Void
  ) async throws {
    guard let etcd else {
      try await body(StaticRegistry(parts))
      return
    }
    do {
      let registry = try await EtcdRegistry.open(etcd, mayBeAway: mayBeAway, logger: logger)
      do {
        try await body(registry)
      } catch {
        await registry.close()
        throw error
      }
      await registry.close()
    } catch let fault as EtcdFault {
      throw SettingFault(
        key: "registry.etcd", value: "\(etcd)", expected: "\(Self.advice(fault, etcd)) (\(fault.message))",
        mayPass: [.unreachable, .leaseLost, .other].contains(fault.kind))
    }
  }

  private static func advice(_ fault: EtcdFault, _ address: EtcdAddress) -> String {
    switch fault.kind {
    case .unreachable: "a server that answers: start etcd, or check hosts, ports and whether it speaks http or https"
    case .login: "a login that etcd accepts: check user and password"
    case .token where address.login == nil: "a server without users: put USER:PASSWORD@ before the first host"
    case .permission: "a login with enough rights: let it read and write keys below martlet/"
    case .authorities: "with an authority that can be read: name a file of certificates in PEM (registry.authority)"
    case .identity: "with a certificate and its key: name two files in PEM (registry.certificate, registry.key)"
    case .untrusted:
      "a server whose certificate is its host's and signed by a known authority: check hosts, and name who signs "
        + "(registry.authority)"
    case .refused:
      "a server that accepts this process: name a certificate that etcd's authority has signed (registry.certificate, "
        + "registry.key)"
    case .token, .noLogin, .leaseLost, .other: "etcd 3.4 or newer: check hosts and ports"
    }
  }
}

extension RegistrySection {
  /// The PEM files by which this process and etcd know one another.
  private struct Files {
    /// Those that are set, in the order in which they're documented.
    let given: [(key: String, file: String)]

    init(_ reader: ConfigReader) {
      given = ["registry.authority", "registry.certificate", "registry.key"].map {
        ($0, reader.string(forKey: ConfigKey($0), default: ""))
      }.filter { !$0.1.isEmpty }
    }

    func added(to address: EtcdAddress) throws -> EtcdAddress {
      guard let (first, _) = given.first else { return address }
      guard address.isSecure else {
        throw SettingFault(
          key: "registry.etcd", value: "\(address)", expected: "https://…, as it must be beside \(first)")
      }
      for (key, file) in given where !FileManager.default.isReadableFile(atPath: file) {
        throw SettingFault(key: key, value: file, expected: "a PEM file that can be read")
      }
      var address = address
      let files = Dictionary(uniqueKeysWithValues: given)
      if let file = files["registry.authority"] {
        guard address.authorities == nil else {
          throw SettingFault(key: "registry.authority", value: file, expected: "empty, as it must be beside ca=")
        }
        address.authorities = file
      }
      switch (files["registry.certificate"], files["registry.key"]) {
      case (nil, nil): break
      case (let certificate?, let key?): address.identity = EtcdAddress.Identity(certificate: certificate, key: key)
      case (let certificate, _):
        let (missing, other) =
          certificate == nil ? ("registry.certificate", "registry.key") : ("registry.key", "registry.certificate")
        throw SettingFault(key: missing, value: "", expected: "a PEM file, as it must be beside \(other)")
      }
      return address
    }
  }
}
