import Configuration
import Foundation

/// Where the certificate and its key are kept, as `tls.certificate` and `tls.key` name them.
struct CertificateFiles: Hashable, Sendable {
  var certificate: String
  var key: String

  /// What stands in the files.
  struct Text: Hashable, Sendable {
    var certificate: [UInt8]
    var key: [UInt8]
  }

  /// What a look at the files brought.
  typealias Look = Result<Text, SettingFault>

  /// Nil when neither is set. Throws `SettingFault` when one is missing.
  init?(_ reader: ConfigReader) throws(SettingFault) {
    certificate = reader.string(forKey: "tls.certificate", default: "")
    key = reader.string(forKey: "tls.key", default: "")
    if certificate.isEmpty, key.isEmpty { return nil }
    if certificate.isEmpty {
      throw fault(\.certificate, "set beside tls.key; give both, or neither to serve plain HTTP")
    }
    if key.isEmpty { throw fault(\.key, "set beside tls.certificate; give both, or neither to serve plain HTTP") }
  }

  func read() throws(SettingFault) -> Text {
    Text(certificate: try read(\.certificate), key: try read(\.key))
  }

  func look() -> Look {
    do { return .success(try read()) } catch { return .failure(error) }
  }

  private func read(_ file: KeyPath<CertificateFiles, String>) throws(SettingFault) -> [UInt8] {
    do {
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: self[keyPath: file])))
    } catch {
      throw fault(file, "a file that can be read (\(systemWords(for: error))); name a PEM file that this user may read")
    }
  }

  func fault(_ file: KeyPath<CertificateFiles, String>, _ expected: String) -> SettingFault {
    let key = file == \.certificate ? "tls.certificate" : "tls.key"
    return SettingFault(key: key, value: self[keyPath: file], expected: expected)
  }
}
