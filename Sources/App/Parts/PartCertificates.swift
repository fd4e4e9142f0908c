import NIOSSL
import Remote

extension PartSecurity.Certificates {
  /// Finds the files good before anything is served or called by them: else each call would fail for itself. Throws
  /// `SettingFault`: what is wrong with which file, and what to do.
  func check() throws(SettingFault) {
    guard let chain = try? NIOSSLCertificate.fromPEMFile(self.chain), !chain.isEmpty else {
      throw SettingFault(
        key: "parts.certificate", value: self.chain,
        expected: "a PEM file of certificates, the part's own first; give the full chain")
    }
    guard let key = try? NIOSSLPrivateKey(file: self.key, format: .pem) else {
      throw SettingFault(
        key: "parts.key", value: self.key,
        expected: "a PEM file of a private key without a passphrase; give the one made for the certificate")
    }
    guard let roots = try? NIOSSLCertificate.fromPEMFile(authority), !roots.isEmpty else {
      throw SettingFault(
        key: "parts.authority", value: authority,
        expected: "a PEM file of certificates; give that of the authority that signs for all parts")
    }
    let pair = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map(NIOSSLCertificateSource.certificate), privateKey: .privateKey(key))
    // A context takes a key only beside the certificate that it belongs to.
    guard (try? NIOSSLContext(configuration: pair)) != nil else {
      throw SettingFault(
        key: "parts.key", value: self.key,
        expected: "the key of the first certificate in parts.certificate; give the two that were made together")
    }
  }
}
