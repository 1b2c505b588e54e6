<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests\Spool;

use Leadbridge\Plugin\System\Leadbridge\Lead\Lead;
use Leadbridge\Plugin\System\Leadbridge\Posting\Answer;
use Leadbridge\Plugin\System\Leadbridge\Spool\Row;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\Bridge;
use Leadbridge\Plugin\System\Leadbridge\Tests\Support\World;
use PHPUnit\Framework\TestCase;

/** What happens to a lead in which the bridge refuses a field. */
final class SecondTryTest extends TestCase
{
    private World $world;

    protected function setUp(): void
    {
        $this->world = new World();
    }

    public function testAPhoneNumberThatIsNoneGoesOutOnceMoreAsText(): void
    {
        $this->world->bridge->now(self::refuses('phone'), Bridge::accepted());
        $this->world->run()->first($this->keep(['email' => 'anna@beispiel.example', 'phone' => 'bitte mailen']));

        self::assertSame(Row::WAITING, $this->world->row()->state);
        $this->world->later(15);
        self::assertSame(['sent' => 1, 'left' => 0, 'parked' => 0], $this->world->run()->drain(20_000));
        self::assertSame(
            ['email' => 'anna@beispiel.example', 'phone_as_typed' => 'bitte mailen'],
            json_decode($this->world->bridge->posts[1]['body'], true)['fields']
        );
        self::assertSame(['msg_1', 'msg_1'], $this->world->bridge->ids());
    }

    public function testTheRestOfTheLeadStaysAsItIs(): void
    {
        $this->world->bridge->now(self::refuses('phone'));
        $row = $this->keep(['email' => 'anna@beispiel.example', 'phone' => '1/2']);
        $this->world->run()->first($row);

        $before = str_replace('"phone"', '"phone_as_typed"', (string) $row->body);
        self::assertSame($before, $this->world->row()->body);
    }

    public function testOneTrialIsEnough(): void
    {
        $this->world->bridge->now(self::refuses('phone'));
        $this->world->run()->first($this->keep(['email' => 'anna@beispiel.example', 'phone' => '12']));
        $this->world->later(15);
        $this->world->run()->drain(20_000);

        self::assertSame([Row::PARKED, 'fields:phone'], [$this->world->row()->state, $this->world->row()->lastError]);
    }

    /** @dataProvider hopeless */
    #[\PHPUnit\Framework\Attributes\DataProvider('hopeless')]
    public function testWhatCannotBeMendedIsParkedAtOnce(string ...$refused): void
    {
        $this->world->bridge->now(self::refuses(...$refused));
        $this->world->run()->first($this->keep(['email' => 'nobody', 'phone' => '12']));

        self::assertSame(Row::PARKED, $this->world->row()->state);
        self::assertStringNotContainsString('_as_typed', (string) $this->world->row()->body);
    }

    /** @return  array<string, list<string>> */
    public static function hopeless(): array
    {
        return [
            'the address' => ['email'],
            'the address and more' => ['phone', 'email'],
            'something that is missing' => ['company'],
        ];
    }

    public function testItSaysNothingAboutTheBridge(): void
    {
        $this->world->bridge->now(self::refuses('phone'), Bridge::accepted());
        $this->world->run()->first($this->keep(['email' => 'anna@beispiel.example', 'phone' => '12']));
        $this->world->run()->first($this->world->keep());

        self::assertSame(Row::SENT, $this->world->row(2)->state, 'the next visitor is served');
    }

    /** @param  array<string, string>  $fields */
    private function keep(array $fields): Row
    {
        return $this->world->spool->keep(new Lead('kontakt', World::NOON, $fields, [], []), 'contact', 'msg_1');
    }

    private static function refuses(string ...$fields): Answer
    {
        return Bridge::says(422, (string) json_encode(['errors' => ['fields' => array_fill_keys($fields, ['no'])]]));
    }
}
