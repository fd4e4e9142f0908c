import GovernanceEtcd
import Testing

struct EtcdAddressTests {
  @Test(arguments: [
    ("10.0.0.5", ["http://10.0.0.5:2379"]),
    ("http://a:1, b ,[::1]:7/", ["http://a:1", "http://b:2379", "http://[::1]:7"]),
    ("https://a,b", ["https://a:2379", "https://b:2379"]),
    ("HTTPS://a:1,https://b:2", ["https://a:1", "https://b:2"]),
  ])
  func `members are listed with what the first says for all`(_ text: String, _ members: [String]) throws {
    #expect(try EtcdAddress(text).members == members)
  }

  @Test func `user, password and authority are read, and the password isn't shown`() throws {
    let address = try EtcdAddress("https://shop:p%40s:s@a,b:1?ca=/etc/my%20ca.pem")
    #expect(address.login?.user == "shop" && address.login?.password == "p@s:s")
    #expect(address.authorities == "/etc/my ca.pem")
    #expect("\(address)" == "shop@https://a:2379,https://b:1")
    #expect(try EtcdAddress("a").login == nil)
  }

  @Test(arguments: [
    "", "a,,b", "ftp://a", "http://", "a:0", "a:65536", "a:x", "a b", "a/b", "a,user:p@b", "user@a", ":p@a", "a?ca=/x",
    "https://a?x=1", "https://a?ca=", "user:%zz@a",
  ])
  func `what is no list of members is refused`(_ text: String) {
    #expect(throws: EtcdAddressFault.self) { _ = try EtcdAddress(text) }
  }
}
