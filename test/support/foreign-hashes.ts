/**
 * Password hashes that other implementations made, each with its password. The Python libraries were run with low costs, so
 * that tests are quick; the others are published by their authors.
 */

interface ForeignHash {
  readonly dialect: string;
  readonly madeBy: string;
  readonly password: string;
  readonly hash: string | object;
}

const password = 'correct horse 電池 ß';

export const foreignHashes: readonly ForeignHash[] = [
  {
    dialect: 'argon2id, PHC',
    madeBy: 'argon2-cffi 25.1',
    password,
    hash: '$argon2id$v=19$m=1024,t=2,p=2$cqeEffqKgQb26AU2AKfURg$t6bcw8sPiDpfzqeY1KPjDwIGxj0fUs7BBJ8MnlZqXl8',
  },
  {
    dialect: 'argon2i, PHC',
    madeBy: 'argon2-cffi 25.1',
    password,
    hash: '$argon2i$v=19$m=1024,t=2,p=2$b/IH7tOkwlTPO9DFlRa/rA$IPGQIHyGeWZSqBAk+c7bhRAOF5E3raSj3E5cujyBZOM',
  },
  {
    dialect: 'argon2d, PHC',
    madeBy: 'argon2-cffi 25.1',
    password,
    hash: '$argon2d$v=19$m=1024,t=2,p=2$6xn5Cqki8wK5jf4/Jz+CEg$Wwo90j+1oUEuKodZOTo2zJgx01D0gNL40MFeSgaqlns',
  },
  {
    dialect: 'bcrypt 2a',
    madeBy: 'bcrypt 5.0 (Python)',
    password,
    hash: '$2a$05$HuQGlY.bIC7syYSwhrFXG.3dPHm/oB45kjZkd70A1lz/T7u3WRqEa',
  },
  {
    dialect: 'bcrypt 2b',
    madeBy: 'bcrypt 5.0 (Python)',
    password,
    hash: '$2b$05$HKTszUCKUoIqsTYiB3ol8OXFPafmWXHy4mK1vQb4l59YW.4OX8RhK',
  },
  {
    dialect: 'scrypt, PHC',
    madeBy: 'passlib 1.7',
    password,
    hash: '$scrypt$ln=10,r=8,p=2$gpASYoxx7h3jnPNeKwUgRA$z4RqGpheuPxVsgncEdkm5MSeiNad6k/HhtDhm8nAv74',
  },
  {
    dialect: 'scrypt, Werkzeug',
    madeBy: 'Werkzeug 3.1',
    password,
    hash: 'scrypt:1024:8:1$gCBf6jdyCn3ICJeo$71f3f0a01ccb74c5318d755e23df8dcb92dc2864ee6e3d6d20d4b95e9c196e37e9b5a79aa74191545d8d2b33cff2c4fed920ad46392027ce96cc3278de6a962e',
  },
  {
    dialect: 'scrypt, Django',
    madeBy: 'Django 5.2',
    password,
    hash: 'scrypt$1024$seasalt2$8$5$+EXDKQAIvajWlcltaHhgLSB2iGPJIdDLEmHHbD50dRoNoeDYCLuRhLcYXrIW1z0fur44FK9Zf4UNXoAsHWNQ8w==',
  },
  {
    dialect: 'pbkdf2-sha1, passlib',
    madeBy: 'passlib 1.7',
    password,
    hash: '$pbkdf2$1000$RSil1JoTgpBSSglB6P0/hw$8QoKwJ0wWZyUvMRdIkWRXK6xy3E',
  },
  {
    dialect: 'pbkdf2-sha256, passlib',
    madeBy: 'passlib 1.7',
    password,
    hash: '$pbkdf2-sha256$1000$M8b4P8e4d04JgVDKGWPMuQ$Vg/NNmRNVO6.Oe3bujnCqr5zzo7rvIgbWvA.Fz1rybA',
  },
  {
    dialect: 'pbkdf2-sha512, passlib',
    madeBy: 'passlib 1.7',
    password,
    hash: '$pbkdf2-sha512$1000$8j6HsPY.5xyjFCIEQGjtHQ$ZnhK1fu5./DqKjvd34i2XuU.iwP1B4tjglkDAR5ilORIP0WVt1l8Qc4/MoPlNso4m.8OqKjyotZRsfd5ASPP3Q',
  },
  {
    dialect: 'pbkdf2_sha256, Django',
    madeBy: 'Django 5.2',
    password,
    hash: 'pbkdf2_sha256$1000$seasalt2$b6KbkKVzHnonmr4vPtFD2V/uwXyJSGZfb1ocbSB6pe8=',
  },
  {
    dialect: 'pbkdf2_sha256, Django, typed with a ligature',
    madeBy: 'Django 5.2',
    password: 'oﬃce ﬁsh',
    hash: 'pbkdf2_sha256$1000$seasalt2$1BwwlA0HKS9X1pUnIBToenGR3g3St4+NqM/9/ZHlv9E=',
  },
  {
    dialect: 'pbkdf2_sha1, Django',
    madeBy: 'Django 5.2',
    password,
    hash: 'pbkdf2_sha1$1000$seasalt2$z+sJmhK3sDQ6I+Lbv4mcDtgMNsM=',
  },
  {
    dialect: 'pbkdf2:sha256, Werkzeug',
    madeBy: 'Werkzeug 3.1',
    password,
    hash: 'pbkdf2:sha256:1000$UaAjOWHrHqKnJTNf$34f0c4d228633dc27d0b6c0e833b5ae13571871cfddbfe58741c857124b24c54',
  },
  {
    dialect: 'pbkdf2:sha512, Werkzeug',
    madeBy: 'Werkzeug 3.1',
    password,
    hash: 'pbkdf2:sha512:1000$kZ9SVqVU9PIxirJD$cbbb3c7472524d3c630ceaf13148a9e44a3d5a71cac5df419e1755cf72bf689e1114eb339d04a4063eb08e86f4da7fd17be1c855fde9f1dff661c28a4648c16f',
  },
  {
    dialect: 'argon2, Django',
    madeBy: 'Django 5.2',
    password,
    hash: 'argon2$argon2id$v=19$m=1024,t=2,p=1$c2Vhc2FsdDI$tF3i1CzKgCSX9ba3eJlryucmGKgw43ph32rgDrDkWms',
  },
  {
    dialect: 'bcrypt_sha256, Django',
    madeBy: 'Django 5.2',
    password,
    hash: 'bcrypt_sha256$$2b$05$D2E01MRFIP..mhlDcSU3J..N1m.06nbAJhg/JLgJ/M70OEc5nzIAi',
  },
  {
    dialect: 'bcrypt_sha256, Django, of a long password',
    madeBy: 'Django 5.2',
    password: 'this password is much longer than the seventy-two bytes that bcrypt itself looks at, is it not?',
    hash: 'bcrypt_sha256$$2b$05$x7ZEXcjtyaGj.rkeSUf07.VDk8znfq2rvd.O1HhRG6/nb3.i2TJ1.',
  },
  {
    dialect: 'bcrypt, Django',
    madeBy: 'Django 5.2',
    password,
    hash: 'bcrypt$$2b$05$eecNi9rCaLQ/3IsAzfO5EeVyibfUXr0RAAiOtiQ1twNgPgpKVkxM2',
  },
  {
    dialect: 'bcrypt 2y',
    madeBy: 'passlib, as in the tests of zitadel/passwap',
    password: 'password',
    hash: '$2y$12$hXUrnqdq1RIIYZ2HPytIIe5lXdIvbhqrTvdPsSF7o.jFh817Z6lwm',
  },
  {
    dialect: 'argon2i of version 16',
    madeBy: 'the reference implementation, src/test.c',
    password: 'password',
    hash: '$argon2i$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY',
  },
  {
    dialect: 'scrypt, PHC, from its documentation',
    madeBy: 'the documentation of passlib',
    password: 'password',
    hash: '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
  },
  {
    dialect: 'Firebase',
    madeBy: 'the README of firebase/scrypt',
    password: 'user1password',
    hash: '$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
  },
  {
    dialect: 'Firebase, with the alphabet of URLs',
    madeBy: 'the tests of supabase/auth',
    password: 'mytestpassword',
    hash: '$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=ou9tdYTGyYm8kuR6Dt0Bp0kDuAYoXrK16mbZO4yGwAn3oLspjnN0_c41v8xZnO1n14J3MjKj1b2g6AUCAlFwMw==$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y_w7IS5p6Ut2-CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84-hfTw==',
  },
  {
    dialect: 'argon2, Keycloak',
    madeBy: 'Keycloak 26, a row of its table of credentials',
    password: 'manager',
    hash: {
      secretData:
        '{"value":"EnDApHjOOFUBdPCpGIuC6IadN4J96U5dfWp/4iap5w0=","salt":"hIO6r09/QlCLPsBNdVEr9A==","additionalParameters":{}}',
      credentialData:
        '{"hashIterations":5,"algorithm":"argon2","additionalParameters":{"hashLength":["32"],"memory":["7168"],"type":["id"],"version":["1.3"],"parallelism":["1"]}}',
    },
  },
  {
    dialect: 'pbkdf2-sha256, Keycloak',
    madeBy: 'hashlib of Python, in the form of Keycloak',
    password,
    hash: {
      secretData: {
        value: 'o0N6EYDxIunEXD+HNUwBCoOqBCkqGTj0tcQF0LHB5KsAiDmOfipYqB3V3gPNBcGIeJKkWcEeKr9GujlGTTOCqg==',
        salt: 'YSBzYWx0IG9mIHNpeHRlZQ==',
      },
      credentialData: { hashIterations: 1000, algorithm: 'pbkdf2-sha256', additionalParameters: {} },
    },
  },
];
