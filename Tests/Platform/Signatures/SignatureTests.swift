import Foundation
import Testing

@testable import Signatures

struct SignatureTests {
  @Test func `a serial of any length is told in decimal`() {
    #expect(PlatformCertificate.decimal([]) == "0")
    #expect(PlatformCertificate.decimal([0x01, 0x00]) == "256")
    // 2^128, by Python.
    #expect(
      PlatformCertificate.decimal([1] + [UInt8](repeating: 0, count: 16)) == "340282366920938463463374607431768211456")
  }

  @Test(arguments: ["", "no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"])
  func `what is no key is none`(text: String) {
    #expect(RSAPublicKey(text: text) == nil)
    #expect(RSAPrivateKey(text: text) == nil)
    #expect(PlatformCertificate(pem: text) == nil)
  }
}
