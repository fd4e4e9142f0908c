import Foundation
import NIOSSL
import Values

/// What proves the server's name to browsers, and the key that belongs to it: read from two PEM files and found good.
struct Certificate: Sendable {
  /// The server's own certificate first, then those that lead to a root.
  let chain: [NIOSSLCertificate]
  let key: NIOSSLPrivateKey
  let validUntil: Timestamp

  /// Throws `SettingFault`: what is wrong with which file, and what to do.
  init(_ text: CertificateFiles.Text, from files: CertificateFiles, now: Timestamp) throws(SettingFault) {
    guard let chain = try? NIOSSLCertificate.fromPEMBytes(text.certificate), let own = chain.first else {
      throw files.fault(\.certificate, "a PEM file of certificates, the server's own first; give the full chain")
    }
    guard let key = try? NIOSSLPrivateKey(bytes: text.key, format: .pem) else {
      throw files.fault(
        \.key, "a PEM file of a private key without a passphrase; give the one made for the certificate")
    }
    (self.chain, self.key) = (chain, key)
    let validFrom = Timestamp(milliseconds: Int64(own.notValidBefore) * 1000)
    validUntil = Timestamp(milliseconds: Int64(own.notValidAfter) * 1000)
    if now < validFrom {
      throw files.fault(\.certificate, "valid before \(validFrom); look at the clock of this machine")
    }
    if now >= validUntil {
      throw files.fault(\.certificate, "valid any more, it ended at \(validUntil); renew it and start again")
    }
    // A context takes a key only beside the certificate that it belongs to.
    guard (try? NIOSSLContext(configuration: serverConfiguration)) != nil else {
      throw files.fault(
        \.key, "the key of the first certificate in tls.certificate; give the two that were made together")
    }
  }

  /// TLS 1.2 with ciphers that keep the past secret, and TLS 1.3.
  var serverConfiguration: TLSConfiguration {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map(NIOSSLCertificateSource.certificate), privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.cipherSuiteValues = [
      .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
      .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
      .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    ]
    configuration.applicationProtocols = ["http/1.1"]
    return configuration
  }
}
