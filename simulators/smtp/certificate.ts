/**
 * A certificate for localhost that nobody trusts unless told to, and its key, which is no secret: they stand here so that the
 * simulator can speak TLS without a program that makes certificates.
 */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUO2c6Ct9CebPlUnIZapx74IKLnxgwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjA1MTUzOVoYDzIxMjYxMDI5
MDUxNTM5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASDh50fDh7rcUxT5rICTdlLczl1KFmBAgakUVqYRDTcnaLEOuZbANKy
YeidGVMEL2maIPWIeM3Po9KiBa2Qbucdo28wbTAdBgNVHQ4EFgQUySI5p7xxI57g
RSEFfA7tL7dUWFUwHwYDVR0jBBgwFoAUySI5p7xxI57gRSEFfA7tL7dUWFUwGgYD
VR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI
zj0EAwIDSQAwRgIhAJbxbpv3CoICw3/vyK6Zmh59jntSkdGruBBtwx/PMHA2AiEA
oYuhdsxgZsPyHcH8CzBLKIlGXMLEjSibRens/9hwTKI=
-----END CERTIFICATE-----`;

export const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwVFYHl4P8c45W48A
vJ9w7lUhr0Mphu72lObHb60hfSmhRANCAASDh50fDh7rcUxT5rICTdlLczl1KFmB
AgakUVqYRDTcnaLEOuZbANKyYeidGVMEL2maIPWIeM3Po9KiBa2Qbucd
-----END PRIVATE KEY-----`;
