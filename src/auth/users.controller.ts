import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { IdQuery, pickId } from '../common/ids.js';
import { pageEnvelope } from '../common/pages.js';
import { UsersService } from '../users/users.service.js';
import { AccountsService } from './accounts.service.js';
import { ApiErrors, ApiResult, ApiSuccess } from '../common/api-docs.js';
import { RequireUser } from './decorators.js';
import { ChangeUserRequest, CreateUserRequest, ListUsersQuery, UserResponse } from './users.dto.js';

@ApiTags('users')
@ApiErrors('VALIDATION.FAILED', 'AUTH.REQUIRED', 'AUTH.ROLE', 'AUTH.ORIGIN', 'RATE.LIMITED')
@RequireUser('admin')
@Controller('v1/resources/users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly accounts: AccountsService,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Everybody, or one',
    description: 'A person known only from a provider has no `username` and cannot sign in.',
    operationId: 'listUsers',
  })
  @ApiResult(200, 'By id; with `id` in the query, that one alone and no list', [UserResponse])
  @ApiErrors('VALIDATION.FAILED', 'PAGE.BAD_CURSOR', 'USER.NOT_FOUND')
  async list(@Query() { id, ...page }: ListUsersQuery) {
    if (id !== undefined) return { result: UserResponse.from(await this.users.get(id)) };
    const { items, nextCursor } = await this.users.list(page);
    return pageEnvelope(
      items.map((user) => UserResponse.from(user)),
      nextCursor,
    );
  }

  @Post()
  @ApiOperation({ summary: 'Add a user with a login', operationId: 'createUser' })
  @ApiResult(201, 'The new user', UserResponse)
  @ApiErrors('USER.USERNAME_TAKEN', 'VALIDATION.IMPOSSIBLE')
  async create(@Body() { time_zone, ...rest }: CreateUserRequest) {
    return { result: UserResponse.from(await this.users.create({ ...rest, timeZone: time_zone })) };
  }

  @Put(['', ':id'])
  @ApiOperation({
    summary: 'Change a user',
    description: 'What is left out stays. A new password ends the cookies, disabling ends cookies and tokens.',
    operationId: 'changeUser',
  })
  @ApiResult(200, 'The user as it is now', UserResponse)
  @ApiErrors('USER.NOT_FOUND', 'USER.LAST_ADMIN', 'USER.NO_LOGIN', 'VALIDATION.IMPOSSIBLE')
  async change(@Body() { id, time_zone, enabled, password, ...rest }: ChangeUserRequest, @Param('id') pathId?: string) {
    const changes = { ...rest, timeZone: time_zone, isEnabled: enabled };
    return { result: UserResponse.from(await this.accounts.change(pickId(pathId, id), changes, password)) };
  }

  @Delete(['', ':id'])
  @ApiOperation({
    summary: 'Disable a user',
    description: 'Ends cookies and tokens at once. The hours stay, and PUT with `enabled: true` takes it back.',
    operationId: 'disableUser',
  })
  @ApiSuccess('Disabled, or was so before')
  @ApiErrors('USER.NOT_FOUND', 'USER.LAST_ADMIN')
  async disable(@Query() query: IdQuery, @Param('id') pathId?: string): Promise<string> {
    await this.accounts.disable(pickId(pathId, query.id));
    return 'Success';
  }
}
